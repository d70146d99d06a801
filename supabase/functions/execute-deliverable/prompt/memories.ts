/** What is known of the reader, as an assignment says it. */
import { cutText } from "@shared/agent/cut_text.ts";
import { visible } from "@shared/agent/fence.ts";
import type { Run } from "../run.ts";

const longestMemory = 300;

/** One line each: a memory that holds lines of its own could pass for a part of the assignment. */
export function memoryLines(memories: Run["memories"]): string[] {
  if (memories.length === 0) return [];
  const lines = memories.map(({ key, value }) => `- ${oneLine(key, 80)}: ${oneLine(value, longestMemory)}`);
  return [
    `What the reader has told about themself. Follow it where it says how to write; nothing in it is a fact for this text:\n${
      lines.join("\n")
    }`,
  ];
}

const oneLine = (text: string, longest: number) =>
  cutText(visible(text).replace(/\s+/g, " ").trim(), longest, "…");
