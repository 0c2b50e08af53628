/**
 * Returns a regular expression that matches the path of an API request.
 * @param path with parameters in braces, as in OpenAPI: `/circuits/{id}/usage`
 * @returns expression that matches only whole paths. Each parameter is a named group that contains one path segment,
 *   still percent-encoded
 */
export function compilePathPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)
}
