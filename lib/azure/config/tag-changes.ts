/**
 * Reports whether all changes of a resource concern its tags, which have no effect on the network.
 * @param fields changed fields as JSON pointers
 */
export const hasOnlyTagChanges = (fields: readonly { path: string }[]): boolean =>
  fields.length > 0 && fields.every(({ path }) => /^\/tags(\/|$)/i.test(path))
