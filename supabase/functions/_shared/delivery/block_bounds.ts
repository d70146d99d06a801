/**
 * Markdown whose blocks are short enough to be parsed in bounded time. Parsers of markdown take a time that grows with
 * the square of a block's length for some texts (`_a_a_a…`, thousands of `|-` lines): 40,000 characters of them took 7 s
 * with marked 18.2.1, and an isolate has 2 s of CPU. A block above the bounds gets an empty line inside; no word changes.
 */
export function withBoundedBlocks(markdown: string, bounds = { characters: 8_000, lines: 300 }): string {
  const lines = markdown.split(/\r\n|\r|\n/).flatMap((line) => pieces(line, bounds.characters));
  const written: string[] = [];
  let [blockCharacters, blockLines] = [0, 0];
  for (const line of lines) {
    if (line.trim() === "") [blockCharacters, blockLines] = [0, 0];
    else if (blockCharacters + line.length > bounds.characters || blockLines >= bounds.lines) {
      written.push("");
      [blockCharacters, blockLines] = [line.length, 1];
    } else {
      blockCharacters += line.length;
      blockLines += 1;
    }
    written.push(line);
  }
  return written.join("\n");
}

/** A line in pieces of at most `longest` characters, cut at blanks where there are any. */
function pieces(line: string, longest: number): string[] {
  const cut: string[] = [];
  let rest = line;
  while (rest.length > longest) {
    const blank = rest.lastIndexOf(" ", longest);
    let at = blank > longest / 2 ? blank : longest;
    // Not between the halves of one character.
    if (/[\uD800-\uDBFF]/.test(rest.charAt(at - 1))) at -= 1;
    cut.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...cut, rest];
}
