/** The repository's root, with a slash at the end. */
export const PROJECT_ROOT = new URL("../../", import.meta.url);
