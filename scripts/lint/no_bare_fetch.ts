import { isTest, pathInFunctions } from "./house_map.ts";

const onlyWayOut = "supabase/functions/_shared/http/egress.ts";
const globals = ["globalThis", "self", "window"];
const otherWays = ["WebSocket", "XMLHttpRequest", "EventSource", "WebTransport"];
const denoWays = [
  "connect",
  "connectTls",
  "connectQuic",
  "createHttpClient",
  "startTls",
  "listen",
  "listenDatagram",
];
const networkModules = /^(?:node:)?(?:http|https|http2|net|tls|dgram|undici)$/;

/** `house/no-bare-fetch`: every request leaves through the egress, which knows where it may go. */
export const noBareFetch: Deno.lint.Rule = {
  create(context) {
    const path = pathInFunctions(context.filename);
    if (path === undefined || path === onlyWayOut || isTest(path)) return {};
    const report = (node: Deno.lint.Node, what: string) =>
      context.report({
        node,
        message: `${what} goes round the egress.`,
        hint: "Take an Egress as an argument and call it; createEgress in _shared/http/egress.ts makes one.",
      });
    return {
      Identifier(node) {
        if (isName(node)) return;
        if (node.name === "fetch") report(node, "The global fetch");
        if (otherWays.includes(node.name)) report(node, node.name);
      },
      MemberExpression(node) {
        const property = propertyName(node);
        if (node.object.type !== "Identifier" || property === undefined) return;
        const isGlobal = globals.includes(node.object.name);
        if (isGlobal && (property === "fetch" || otherWays.includes(property))) {
          report(node, `The global ${property}`);
        }
        if (node.object.name === "Deno" && denoWays.includes(property)) report(node, `Deno.${property}`);
      },
      VariableDeclarator(node) {
        if (node.id.type !== "ObjectPattern" || node.init?.type !== "Identifier") return;
        const taken = node.init.name === "Deno"
          ? denoWays
          : globals.includes(node.init.name)
          ? ["fetch", ...otherWays]
          : [];
        for (const property of node.id.properties) {
          if (
            property.type === "Property" && property.key.type === "Identifier" &&
            taken.includes(property.key.name)
          ) {
            report(property, `${node.init.name}.${property.key.name}`);
          }
        }
      },
      ImportDeclaration(node) {
        if (networkModules.test(node.source.value)) report(node, `The module '${node.source.value}'`);
      },
    };
  },
};

function propertyName(node: Deno.lint.MemberExpression): string | undefined {
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : undefined;
  const { property } = node;
  return property.type === "Literal" && typeof property.value === "string" ? property.value : undefined;
}

/** Whether an identifier only names something, such as a property or a type, instead of reading a variable. */
function isName(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  switch (parent.type) {
    case "MemberExpression":
      return parent.property === node && !parent.computed;
    case "Property":
      return parent.key === node && !parent.shorthand && !parent.computed;
    case "PropertyDefinition":
    case "MethodDefinition":
      return parent.key === node && !parent.computed;
    case "TSPropertySignature":
    case "TSMethodSignature":
    case "TSTypeQuery":
    case "TSTypeReference":
    case "TSQualifiedName":
      return true;
    default:
      return false;
  }
}
