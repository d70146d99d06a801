/**
 * The beginning of a text, with a sign that it was cut. Never half a character: half an emoji is refused by the model's
 * provider and by the database alike.
 */
export function cutText(text: string, characters: number, sign = ""): string {
  if (text.length <= characters) return text;
  const splits = /[\uD800-\uDBFF]/.test(text.charAt(characters - 1));
  return text.slice(0, splits ? characters - 1 : characters) + sign;
}
