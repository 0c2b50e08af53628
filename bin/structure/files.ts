import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

const ROOT_FILES = ['instrumentation.ts', 'proxy.ts']
const SOURCE = /\.(?:ts|tsx|mts|mjs)$/
const NOT_OURS = new Set(['node_modules', 'generated'])

/** Runs Git in the repository and returns its trimmed output. @throws Error outside of a repository */
export const runGit = (root: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()

/**
 * Returns all files below a folder, relative to the root. Generated files, installed packages, and names that begin
 * with a dot are left out.
 */
export function listFilesUnder(root: string, folder: string): string[] {
  const absolute = path.join(root, folder)
  if (!existsSync(absolute)) return []
  return readdirSync(absolute, { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(folder, entry.name)
    if (entry.name.startsWith('.')) return []
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : listFilesUnder(root, file)
    return [file]
  })
}

/** Returns the source files below some folders, and the source files at the root. */
export function listSourceFiles(root: string, folders: readonly string[]): string[] {
  return [
    ...folders.flatMap((folder) => listFilesUnder(root, folder)),
    ...ROOT_FILES.filter((file) => existsSync(path.join(root, file))),
  ].filter((file) => SOURCE.test(file) && !/\.d\.m?ts$/.test(file))
}

/** Import of a module in a program that is part of a shell script; `root` is a variable of the program. */
const SCRIPT_IMPORT = /\{([^{}]*)\}\s*=\s*await import\(`\$\{root\}\/([^`]+)`\)/g

/** Returns the names that the shell scripts of `deploy` import, with the path of the module in the repository. */
export const readScriptImports = (root: string): { target: string; names: string[] }[] =>
  listFilesUnder(root, 'deploy')
    .filter((file) => file.endsWith('.sh'))
    .flatMap((file) => [...readFileSync(path.join(root, file), 'utf8').matchAll(SCRIPT_IMPORT)])
    .map(([, names = '', target = '']) => ({ target, names: names.split(',').map((name) => name.trim()) }))

/**
 * Returns the path in the repository to which an import leads, even if no file exists there; null if it leads to a
 * package.
 */
export function resolveOwnImport(from: string, specifier: string): string | null {
  const own = /^#((?:lib|components|app|lab)\/.*)$/.exec(specifier)
  if (own?.[1]) return own[1]
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier.replace(/[?#].*$/, '')) : null
}

export function isFile(root: string, file: string): boolean {
  return statSync(path.join(root, file), { throwIfNoEntry: false })?.isFile() ?? false
}

/**
 * Returns the cycles of a directed graph, each as a list of its nodes (Tarjan's algorithm for strongly connected
 * components).
 */
export function findCycles(edges: ReadonlyMap<string, Iterable<string>>): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const open = new Set<string>()
  const found: string[][] = []
  const connect = (node: string): void => {
    index.set(node, index.size)
    low.set(node, index.get(node) ?? 0)
    stack.push(node)
    open.add(node)
    const targets = [...(edges.get(node) ?? [])]
    for (const next of targets) {
      if (!index.has(next)) connect(next)
      if (open.has(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0))
    }
    if (low.get(node) !== index.get(node)) return
    const members = stack.splice(stack.indexOf(node))
    for (const member of members) open.delete(member)
    if (members.length > 1 || targets.includes(node)) found.push(members.toSorted())
  }
  for (const node of edges.keys()) if (!index.has(node)) connect(node)
  return found
}
