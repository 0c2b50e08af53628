import { openApiDocument } from '#lib/api/index.ts'
import { pathPattern } from '#lib/contract/index.ts'

const READ = ['GET', 'HEAD', 'OPTIONS']

/** The paths of the API and their methods, from the document that describes them. */
const described = Object.entries(openApiDocument('').paths as Record<string, object>).map(([path, operations]) => {
  const methods = Object.keys(operations).map((method) => method.toUpperCase())
  return {
    pattern: pathPattern(path),
    methods: [...(methods.includes('GET') ? READ : ['OPTIONS']), ...methods.filter((method) => method !== 'GET')],
  }
})

/**
 * The methods that a path takes.
 * @returns null where the API has no such path; pages and files are read only
 */
export function methodsOf(path: string): readonly string[] | null {
  const found = described.find(({ pattern }) => pattern.test(path))
  if (found) return found.methods
  return path.startsWith('/api/') ? null : READ
}
