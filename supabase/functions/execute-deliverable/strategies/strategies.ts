/** The strategy of each binding. */
import type { Run } from "../run.ts";
import { crossPlatform } from "./cross_platform.ts";
import { hybrid } from "./hybrid.ts";
import { platformBound } from "./platform_bound.ts";
import { research } from "./research.ts";
import type { Strategy } from "./strategy.ts";

const strategies: Readonly<Record<Run["type"]["binding"], Strategy>> = {
  platform_bound: platformBound,
  cross_platform: crossPlatform,
  research,
  hybrid,
};

export const strategyOf = ({ type }: Run): Strategy => strategies[type.binding];
