/**
 * Whether two texts are equal, in a time that tells nothing about where they differ. Both are hashed first, so that
 * neither their lengths nor their common beginning can be measured.
 */
export async function equalInConstantTime(left: string, right: string): Promise<boolean> {
  const encoder = new TextEncoder();
  const [a, b] = await Promise.all([
    crypto.subtle.digest("SHA-256", encoder.encode(left)),
    crypto.subtle.digest("SHA-256", encoder.encode(right)),
  ]);
  const [first, second] = [new DataView(a), new DataView(b)];
  let difference = 0;
  for (let at = 0; at < 32; at += 1) difference |= first.getUint8(at) ^ second.getUint8(at);
  return difference === 0;
}
