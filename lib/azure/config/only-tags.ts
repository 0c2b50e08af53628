/**
 * Reports whether a resource differs only in tags, which do not change its behavior.
 * @param fields changed fields as JSON pointers
 */
export const hasOnlyTagChanges = (fields: readonly { path: string }[]): boolean =>
  fields.length > 0 && fields.every(({ path }) => /^\/tags(\/|$)/i.test(path))
