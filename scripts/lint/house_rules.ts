/**
 * The house's rules as a plugin of `deno lint`: what would otherwise be a paragraph that nobody reads.
 * https://docs.deno.com/runtime/reference/lint_plugins/
 */
import { pathInFunctions, placeOf } from "./house_map.ts";
import { importsPointDown } from "./imports_point_down.ts";
import { noBareFetch } from "./no_bare_fetch.ts";

const longestIndex = 20;

/** `house/short-index`: a function's index.ts only opens the door. */
const shortIndex: Deno.lint.Rule = {
  create(context) {
    const path = pathInFunctions(context.filename);
    if (path === undefined || !/^supabase\/functions\/[^/]+\/index\.ts$/.test(path)) return {};
    return {
      Program(node) {
        const lines = context.sourceCode.text.trimEnd().split("\n").length;
        if (lines <= longestIndex) return;
        context.report({
          node,
          message: `This index.ts has ${lines} lines; it may have ${longestIndex}.`,
          hint: "Move the function's logic into its own files beside index.ts.",
        });
      },
    };
  },
};

/** The command `deno task types`, named after its task like every command in scripts/. */
const typesCommand = /(?:^|[/\\])scripts[/\\]types\.ts$/;
const drawerNames =
  /(?:^|[/\\])(?:utils?|utilities|types?|helpers?|common|shared|misc|lib|constants|functions)\.tsx?$/;

/** `house/no-drawers`: a file is named after the one thing in it. */
const noDrawers: Deno.lint.Rule = {
  create(context) {
    const path = pathInFunctions(context.filename);
    const place = path === undefined ? undefined : placeOf(path);
    const name = /[^/\\]*$/.exec(context.filename)?.[0] ?? "";
    return {
      Program(node) {
        if (drawerNames.test(context.filename) && !typesCommand.test(context.filename)) {
          context.report({
            node,
            message: `'${name}' names no thing, so everything would end up in it.`,
            hint: "Name the file after the one concept it holds.",
          });
        } else if (place?.kind === "drawer") {
          context.report({
            node,
            message: `'${name}' stands in '${place.path}', which is no room of the shared library.`,
            hint:
              "Put it into the room whose subject it is; the rooms are listed in scripts/lint/house_map.ts.",
          });
        }
      },
    };
  },
};

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "no-bare-fetch": noBareFetch,
    "imports-point-down": importsPointDown,
    "short-index": shortIndex,
    "no-drawers": noDrawers,
  },
};

export default plugin;
