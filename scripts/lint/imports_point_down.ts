import { isTest, pathInFunctions, type Place, placeOf, ROOMS, targetOf } from "./house_map.ts";

/** Packages that read a platform. Only its connectors, its OAuth and its delivery may know them. */
const platformPackages = /^(?:npm:)?(?:@slack\/|@notionhq\/|@googleapis\/|googleapis|google-auth-library)/;
const platformPlaces = ["sync", "connections", "delivery"];

/**
 * `house/imports-point-down`: a function imports rooms, a room imports rooms below it, nothing imports a function but
 * the function itself. So nothing but `sync` can reach the platforms' connectors.
 */
export const importsPointDown: Deno.lint.Rule = {
  create(context) {
    const path = pathInFunctions(context.filename);
    if (path === undefined) return {};
    const check = (node: Deno.lint.Node, specifier: unknown) => {
      if (typeof specifier !== "string") return;
      const fault = faultOf(path, specifier);
      if (fault !== undefined) context.report({ node, message: fault.message, hint: fault.hint });
    };
    return {
      ImportDeclaration: (node) => check(node.source, node.source.value),
      ExportAllDeclaration: (node) => check(node.source, node.source.value),
      ExportNamedDeclaration(node) {
        if (node.source !== null) check(node.source, node.source.value);
      },
      ImportExpression(node) {
        if (node.source.type === "Literal") check(node.source, node.source.value);
      },
      TSImportType(node) {
        if (node.argument.type === "TSLiteralType" && node.argument.literal.type === "Literal") {
          check(node.argument, node.argument.literal.value);
        }
      },
    };
  },
};

interface Fault {
  readonly message: string;
  readonly hint: string;
}

function faultOf(path: string, specifier: string): Fault | undefined {
  const from = placeOf(path);
  const target = targetOf(path, specifier);
  if (target === undefined) return packageFault(from, specifier, isTest(path));
  const to = placeOf(target);
  switch (to.kind) {
    case "drawer":
      return {
        message: `'${to.path}' is no room of the shared library.`,
        hint: `Its rooms are ${ROOMS.join(", ")}.`,
      };
    case "function":
      if (from.kind === "function" && from.name === to.name) return undefined;
      return from.kind === "function"
        ? {
          message: `The function '${from.name}' imports the function '${to.name}'.`,
          hint: "Functions never import each other: move what both need into a room of _shared/.",
        }
        : {
          message: `'${target}' belongs to the function '${to.name}', and this is below it.`,
          hint: "Hand in what the room needs as an argument, or move it down into the room.",
        };
    case "room":
      if (from.kind !== "room" || to.floor <= from.floor) return undefined;
      return {
        message: `The room '${from.room}' imports the room '${to.room}', which is above it.`,
        hint: `A room uses only rooms before it: ${ROOMS.join(", ")}.`,
      };
    case "outside":
      return isTest(path) ? undefined : {
        message: `'${target}' is outside of supabase/functions and would not be deployed.`,
        hint: "Move it into a room; only tests may use the project's scripts.",
      };
  }
}

function packageFault(from: Place, specifier: string, inTest: boolean): Fault | undefined {
  if (!platformPackages.test(specifier)) return undefined;
  const name = from.kind === "function" ? from.name : from.kind === "room" ? from.room : "";
  // The egress is tested with the clients that use it.
  if (platformPlaces.includes(name) || (name === "http" && inTest)) return undefined;
  return {
    message: `'${specifier}' reads a platform, and only 'sync' does that.`,
    hint: "Connectors stand in sync/platforms/, OAuth in _shared/connections/, posting in _shared/delivery/.",
  };
}
