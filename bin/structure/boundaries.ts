import {
  API_FILE_PATTERN,
  findRuleFolder,
  LAYER_IMPORTS,
  findLayerFault,
  isSql,
  isTestFile,
  ALLOWED_IMPORTS,
  RESTRICTED_PACKAGES,
  RAW_QUERIES,
  SQL_FOLDERS,
  STORE_FOLDER_PATTERN,
} from './rules.ts'
import { findCycles } from './files.ts'
import type { ModuleImport, SourceFile } from './source.ts'

type BoundaryReport = {
  files: number
  imports: number
  /**
   * one line for each violation, with the file and, for most rules, the action to take. The line about a cycle of
   * imports names the folders instead of a file
   */
  violations: string[]
}

/**
 * Checks the imports and the contents of source files against the rules (ADR 0263).
 * @param required packages that at least one file must import, apart from tests
 */
export function findImportBoundaryFaults(
  sources: readonly SourceFile[],
  required: readonly string[] = [],
): BoundaryReport {
  const violations = new Set<string>()
  const edges = new Map<string, Set<string>>()
  const missing = new Set(required)
  for (const source of sources) {
    const { file, imports } = source
    for (const item of imports) {
      // A generated file counts as existing, because it may not have been generated yet.
      const isThere = item.target === null || item.isFile || item.target.includes('/generated/')
      const fault = isThere ? importFault(file, item) : `imports ${item.specifier}, which does not exist`
      if (fault) violations.add(`${file}: ${fault}`)
      if (isTestFile(file)) continue
      missing.delete(packageOf(item.specifier))
      if (isThere && item.target !== null) addEdge(edges, folderOf(file), folderOf(item.target))
    }
    for (const fault of contentFaults(source)) violations.add(`${file}: ${fault}`)
  }
  for (const circle of findCycles(edges)) violations.add(`folders import each other in a circle: ${circle.join(', ')}`)
  for (const name of missing)
    violations.add(`package.json: ${name} is not imported by the product, which was asked to use it`)
  return {
    files: sources.length,
    imports: sources.reduce((sum, { imports }) => sum + imports.length, 0),
    violations: [...violations],
  }
}

const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

function importFault(file: string, { specifier, target, isType }: ModuleImport): string | null {
  if (isTestFile(file)) return null
  const from = findRuleFolder(file)
  if (target === null) {
    const name = packageOf(specifier)
    const rule = RESTRICTED_PACKAGES.find(({ pattern }) => pattern.test(name))
    if (!rule || rule.only.includes(from) || isToolOfTests(file)) return null
    if (isType && rule.typesAreFine) return null
    return `imports ${name}, which belongs to ${rule.only.join(', ') || 'tests'}: ${rule.instead}`
  }
  const to = findRuleFolder(target)
  // Benchmarks in lab/ may import test helpers. lab/demo-history may not, because it is part of the product.
  if (isTestFile(target))
    return from === 'lab' && !file.startsWith('lab/demo-history')
      ? null
      : `imports ${specifier}, which is there for tests`
  // package.json may be imported everywhere, for example to read the version of Peerwatch.
  if (target === 'package.json') return null
  if (from === to) {
    const fault = findLayerFault(file, target)
    return fault && `imports ${specifier}: ${fault}`
  }
  const allowed = ALLOWED_IMPORTS[from]
  if (!allowed) return `lies in ${from}, of which bin/structure/rules.ts says nothing`
  const room = to === 'api' ? API_FILE_PATTERN.exec(target)?.[1] : undefined
  const isOfRoom =
    room !== undefined && (file.startsWith(`lib/${room}/`) || allowed.includes(room) || allowed.includes(`${room}/api`))
  return isOfRoom || allowed.includes(to)
    ? null
    : `imports ${specifier}: ${from} may import ${allowed.join(', ') || 'nothing of ours'}`
}

/** Reports whether a file may import test tools although it is not a test. The checks in bin/structure may. */
function isToolOfTests(file: string): boolean {
  return file.startsWith('bin/structure/')
}

function contentFaults({ file, opaque, tables, texts, called }: SourceFile): string[] {
  if (isTestFile(file)) return []
  const from = findRuleFolder(file)
  const faults: string[] = []
  if (opaque > 0 && !['bin', 'lab', 'platform'].includes(from)) {
    faults.push('imports something that is only known when it runs: name the file')
  }
  if (from !== 'lab' && from !== 'simulator' && !file.startsWith('bin/structure/'))
    for (const name of tables)
      faults.push(
        `${name} is a plain object that words index: make it with createSafeLookupTable of lib/bgp/safe-lookup-table.ts`,
      )
  const maySql = SQL_FOLDERS.includes(from) || STORE_FOLDER_PATTERN.test(file)
  if (!maySql) {
    const statement = texts.find(isSql)
    if (statement)
      faults.push(
        `holds SQL (${statement.trim().slice(0, 40).replaceAll(/\s+/g, ' ')}): put it into lib/history or the store of its room`,
      )
    const raw = called.find((name) => RAW_QUERIES.has(name))
    if (raw) faults.push(`calls ${raw}: put the query into lib/history or the store of its room`)
  }
  return faults
}

/**
 * Returns the folder to which a file belongs in the search for import cycles: usually a folder of lib or of components,
 * or another top-level folder. In a folder of lib that is divided into layers (`LAYER_IMPORTS`), each subfolder counts
 * as a folder. The API schemas of a module count as a separate folder. For a file directly in lib, the result is the
 * path of the file.
 */
function folderOf(file: string): string {
  const parts = file.split('/')
  const depth =
    parts[0] === 'lib' && ((parts[1] ?? '') in LAYER_IMPORTS || findRuleFolder(file) === 'api')
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
