import path from 'node:path'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { type References, readReferences } from './imports.ts'
import {
  API,
  capabilityOf,
  FLOORS,
  floorFault,
  isSql,
  isTestFile,
  MAY_IMPORT,
  PACKAGES,
  RAW_QUERIES,
  SQL_ANYWHERE,
  SQL_IN_STORE,
  STORE_FOLDER,
} from './rules.ts'

export type BoundaryReport = {
  files: number
  imports: number
  /** One line each: file, what it does, what to do instead. */
  violations: string[]
}

const FOLDERS = ['app', 'bin', 'components', 'lab', 'lib']
const ROOT_FILES = ['instrumentation.ts', 'proxy.ts']
const SOURCE = /\.(?:ts|tsx|mts|mjs)$/
const NOT_OURS = new Set(['node_modules', 'generated', '.next'])

/** Reads every source file under `root` and holds its imports against the rules. */
export async function checkBoundaries(root: string): Promise<BoundaryReport> {
  const files = [
    ...FOLDERS.flatMap((folder) => sourcesUnder(root, folder)),
    ...ROOT_FILES.filter((file) => existsSync(path.join(root, file))),
  ]
  const report: BoundaryReport = { files: files.length, imports: 0, violations: [] }
  const edges = new Map<string, Set<string>>()
  for (const file of files) {
    const references = await readReferences(readFileSync(path.join(root, file), 'utf8'), file)
    report.imports += references.specifiers.length
    for (const specifier of references.specifiers) {
      const target = resolve(root, file, specifier)
      const fault =
        target.kind === 'unresolved'
          ? `imports ${specifier}, which does not exist`
          : importFault(file, specifier, target, references.typeOnly.has(specifier))
      if (fault) report.violations.push(`${file}: ${fault}`)
      if (target.kind === 'file' && !isTestFile(file)) addEdge(edges, folderOf(file), folderOf(target.file))
    }
    report.violations.push(...contentFaults(file, references).map((fault) => `${file}: ${fault}`))
  }
  for (const cycle of findCycles(edges))
    report.violations.push(`folders import each other in a circle: ${cycle.join(' -> ')}`)
  return report
}

type Target =
  | { kind: 'file'; file: string }
  | { kind: 'package'; name: string }
  | { kind: 'builtin' }
  | { kind: 'unresolved' }

function resolve(root: string, from: string, specifier: string): Target {
  const own = /^#(lib|components|app|lab)\/(.*)$/.exec(specifier)
  if (own || specifier.startsWith('.')) {
    const file = own ? `${own[1]}/${own[2]}` : path.posix.join(path.posix.dirname(from), specifier)
    const absolute = path.join(root, file.replace(/[?#].*$/, ''))
    // What is generated need not be there yet.
    const isThere = existsSync(absolute) ? statSync(absolute).isFile() : file.includes('/generated/')
    return isThere ? { kind: 'file', file } : { kind: 'unresolved' }
  }
  if (isBuiltin(specifier)) return { kind: 'builtin' }
  const [first = '', second = ''] = specifier.split('/')
  return { kind: 'package', name: first.startsWith('@') ? `${first}/${second}` : first }
}

function importFault(file: string, specifier: string, target: Target, isType: boolean): string | null {
  if (isTestFile(file)) return null
  const from = capabilityOf(file)
  if (target.kind === 'package') {
    const rule = PACKAGES.find(({ pattern }) => pattern.test(target.name))
    if (!rule || rule.only.includes(from) || isToolOfTests(file)) return null
    if (isType && rule.typesAreFine) return null
    return `imports ${target.name}, which belongs to ${rule.only.join(', ') || 'tests'}: ${rule.instead}`
  }
  if (target.kind !== 'file') return null
  const to = capabilityOf(target.file)
  if (isTestFile(target.file)) return `imports ${specifier}, which is there for tests`
  // The product's own version.
  if (target.file === 'package.json') return null
  if (from === to) {
    const fault = floorFault(file, target.file)
    return fault && `imports ${specifier}: ${fault}`
  }
  const allowed = MAY_IMPORT[from]
  if (!allowed) return `lies in ${from}, of which lib/platform/boundaries/rules.ts says nothing`
  const room = to === 'api' ? API.exec(target.file)?.[1] : undefined
  const isOfRoom =
    room !== undefined && (file.startsWith(`lib/${room}/`) || allowed.includes(room) || allowed.includes(`${room}/api`))
  return isOfRoom || allowed.includes(to)
    ? null
    : `imports ${specifier}: ${from} may import ${allowed.join(', ') || 'nothing of ours'}`
}

/** Checks are test tools that are not themselves tests. */
function isToolOfTests(file: string): boolean {
  return file.startsWith('lib/platform/boundaries/') || file.startsWith('bin/measures/')
}

function contentFaults(file: string, references: References): string[] {
  if (isTestFile(file)) return []
  const from = capabilityOf(file)
  const faults: string[] = []
  if (references.opaque > 0 && !['bin', 'lab', 'platform'].includes(from)) {
    faults.push('imports something that is only known when it runs: name the file')
  }
  const maySql =
    SQL_ANYWHERE.includes(from) ||
    STORE_FOLDER.test(file) ||
    (SQL_IN_STORE.includes(from) && /(^|\/|-)store\.ts$/.test(file))
  if (!maySql) {
    const statement = references.texts.find(isSql)
    if (statement)
      faults.push(
        `holds SQL (${statement.trim().slice(0, 40).replaceAll(/\s+/g, ' ')}): put it into lib/history or the store of its room`,
      )
    const raw = references.called.find((name) => RAW_QUERIES.has(name))
    if (raw) faults.push(`calls ${raw}: put the query into lib/history or the store of its room`)
  }
  return faults
}

/** Cycles are searched between capabilities, between the folders of components, and between those of a capability in floors. */
function folderOf(file: string): string {
  const parts = file.split('/')
  const depth =
    parts[0] === 'lib' && ((parts[1] ?? '') in FLOORS || capabilityOf(file) === 'api')
      ? 3
      : parts[0] === 'lib' || parts[0] === 'components'
        ? 2
        : 1
  if (file === 'lib/capabilities.ts') return file
  return parts.slice(0, Math.max(1, Math.min(depth, parts.length - 1))).join('/')
}

function addEdge(edges: Map<string, Set<string>>, from: string, to: string): void {
  if (from === to) return
  const targets = edges.get(from) ?? new Set()
  edges.set(from, targets.add(to))
}

function sourcesUnder(root: string, folder: string): string[] {
  const absolute = path.join(root, folder)
  if (!existsSync(absolute)) return []
  return readdirSync(absolute, { withFileTypes: true }).flatMap((entry) => {
    const relative = `${folder}/${entry.name}`
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : sourcesUnder(root, relative)
    return SOURCE.test(entry.name) && !entry.name.endsWith('.d.mts') ? [relative] : []
  })
}

/**
 * The circles of a directed graph, one for each edge that closes one, as the nodes along it with the first repeated at the end.
 * Each circle is reported once, beginning with its smallest name.
 */
export function findCycles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const cycles = new Map<string, string[]>()
  const done = new Set<string>()
  const visit = (node: string, trail: string[]): void => {
    const at = trail.indexOf(node)
    if (at >= 0) {
      const ring = rotated(trail.slice(at))
      cycles.set(ring.join(' '), [...ring, ring[0] ?? node])
      return
    }
    if (done.has(node)) return
    for (const next of [...(edges.get(node) ?? [])].sort()) visit(next, [...trail, node])
    done.add(node)
  }
  for (const node of [...edges.keys()].sort()) visit(node, [])
  return [...cycles.values()]
}

function rotated(ring: string[]): string[] {
  const smallest = ring.indexOf([...ring].sort()[0] ?? '')
  return [...ring.slice(smallest), ...ring.slice(0, smallest)]
}
