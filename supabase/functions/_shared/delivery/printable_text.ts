/**
 * Text that a reader sees as it is: without control characters, without characters that reverse or hide what stands
 * around them, and without the invisible alphabet (U+E0000…) in which data can be carried past a reader's eyes.
 *
 * Joiners that scripts and emoji need (U+200C, U+200D) and the marks of right-to-left scripts stay.
 */
export function printableText(text: string): string {
  return text.toWellFormed().replace(unprintable, "");
}

// C0 and C1 without tab and line feed; soft hyphen; zero-width space and word joiner with its invisible operators;
// bidi embeddings, overrides and isolates; byte order mark; interlinear anchors; tag characters.
const unprintable = new RegExp(
  "[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F\\u00AD\\u200B\\u202A-\\u202E\\u2060-\\u2064\\u2066-\\u206F\\uFEFF" +
    "\\uFFF9-\\uFFFB\\u{E0000}-\\u{E0FFF}]",
  "gu",
);
