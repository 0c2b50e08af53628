import path from 'node:path'
import { readFileSync } from 'node:fs'
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
  STORE_FOLDER,
} from './rules.ts'
import { circlesOf, isFile, ownTarget, sourcesUnder } from './sources.ts'

type BoundaryReport = {
  files: number
  imports: number
  /** One line each: file, what it does, what to do instead. */
  violations: string[]
}

const FOLDERS = ['app', 'bin', 'components', 'lab', 'lib']

/**
 * Reads every source file under `root` and checks its imports against the rules (ADR 0263).
 * @param required packages of which each must be imported by a file that is not a test
 */
export async function checkBoundaries(root: string, required: readonly string[] = []): Promise<BoundaryReport> {
  const files = sourcesUnder(root, FOLDERS)
  const report: BoundaryReport = { files: files.length, imports: 0, violations: [] }
  const edges = new Map<string, Set<string>>()
  const missing = new Set(required)
  for (const file of files) {
    const references = await readReferences(readFileSync(path.join(root, file), 'utf8'), file)
    report.imports += references.specifiers.length
    for (const specifier of references.specifiers) {
      if (!isTestFile(file)) missing.delete(packageOf(specifier))
      const target = ownTarget(file, specifier)
      // What is generated need not be there yet.
      const isThere = target === null || isFile(root, target) || target.includes('/generated/')
      const isType = references.typeOnly.has(specifier)
      const fault = isThere
        ? importFault(file, specifier, target, isType)
        : `imports ${specifier}, which does not exist`
      if (fault) report.violations.push(`${file}: ${fault}`)
      if (isThere && target !== null && !isTestFile(file)) addEdge(edges, folderOf(file), folderOf(target))
    }
    report.violations.push(...contentFaults(file, references).map((fault) => `${file}: ${fault}`))
  }
  for (const circle of circlesOf(edges))
    report.violations.push(`folders import each other in a circle: ${circle.join(', ')}`)
  for (const name of missing)
    report.violations.push(`package.json: ${name} is not imported by the product, which was asked to use it`)
  return report
}

const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

/** @param target null = a package */
function importFault(file: string, specifier: string, target: string | null, isType: boolean): string | null {
  if (isTestFile(file)) return null
  const from = capabilityOf(file)
  if (target === null) {
    const name = packageOf(specifier)
    const rule = PACKAGES.find(({ pattern }) => pattern.test(name))
    if (!rule || rule.only.includes(from) || isToolOfTests(file)) return null
    if (isType && rule.typesAreFine) return null
    return `imports ${name}, which belongs to ${rule.only.join(', ') || 'tests'}: ${rule.instead}`
  }
  const to = capabilityOf(target)
  // benches measure by what tests do; the demo's past ships with the product
  if (isTestFile(target))
    return from === 'lab' && !file.startsWith('lab/demo-history')
      ? null
      : `imports ${specifier}, which is there for tests`
  // The product's own version.
  if (target === 'package.json') return null
  if (from === to) {
    const fault = floorFault(file, target)
    return fault && `imports ${specifier}: ${fault}`
  }
  const allowed = MAY_IMPORT[from]
  if (!allowed) return `lies in ${from}, of which lib/platform/boundaries/rules.ts says nothing`
  const room = to === 'api' ? API.exec(target)?.[1] : undefined
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
  if (from !== 'lab' && from !== 'simulator' && !file.startsWith('lib/platform/boundaries/'))
    for (const name of references.tables)
      faults.push(`${name} is a plain object that words index: make it with wordTable of lib/bgp/word-table.ts`)
  const maySql = SQL_ANYWHERE.includes(from) || STORE_FOLDER.test(file)
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
  if (/^lib\/\w+\.ts$/.test(file)) return file
  return parts.slice(0, Math.max(1, Math.min(depth, parts.length - 1))).join('/')
}

function addEdge(edges: Map<string, Set<string>>, from: string, to: string): void {
  if (from === to) return
  const targets = edges.get(from) ?? new Set()
  edges.set(from, targets.add(to))
}
