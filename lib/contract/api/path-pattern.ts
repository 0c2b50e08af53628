/**
 * What a path of the API matches.
 * @param path with parameters in braces, as OpenAPI writes them: `/circuits/{id}/usage`
 * @returns matches whole paths; each parameter is a named group and takes one segment, percent escapes included
 */
export function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)
}
