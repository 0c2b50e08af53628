/**
 * Returns a regular expression that matches an API path.
 * @param path with parameters in braces, as in OpenAPI: `/circuits/{id}/usage`
 * @returns matches whole paths; each parameter is a named group for one segment, including percent escapes
 */
export function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)
}
