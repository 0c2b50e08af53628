/** Whether fields of a resource that differ are all tags: labels, which change nothing that it does. @param fields as JSON pointers */
export const onlyTags = (fields: readonly { path: string }[]): boolean =>
  fields.length > 0 && fields.every(({ path }) => /^\/tags(\/|$)/i.test(path))
