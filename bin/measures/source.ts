import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseAst } from 'vitest/node'
import { isTestFile } from '#lib/platform/boundaries/rules.ts'
import { isFile, ownTarget, sourcesUnder } from '#lib/platform/boundaries/sources.ts'

/** An import, a re-export or `import('x').T`. */
export type Import = {
  /** The file that is imported, from the root of the repository. */
  file: string
  /** Names that are taken from it; `*` = all of them, or nobody knows which. */
  names: string[]
  /** As {@link names}, under which this file exports them; null = it is no re-export. `*` = under their own. */
  as: string[] | null
  isDynamic: boolean
}

/** An interface, a type literal or an object schema, by the fields that it writes out itself. */
type ObjectType = { name: string; fields: Set<string> }

export type SourceFile = {
  file: string
  /** lines with code: blank lines and lines of comments do not count, so that no cap shortens a text */
  lines: number
  /** Whether it is the product's: no test, no fixture, nothing of the lab. */
  isCore: boolean
  imports: Import[]
  /** Names that are declared here and exported. */
  exports: string[]
  objectTypes: ObjectType[]
  /** `use client`, `use server`: it can't be merged with a file that has none. */
  directive: string | null
}

type Node = { type: string } & Record<string, unknown>

const FOLDERS = ['app', 'bin', 'components', 'lab', 'lib', 'e2e']

/** Every source file under `root`, parsed. */
export const readSourceFiles = (root: string): SourceFile[] =>
  sourcesUnder(root, FOLDERS).map((file) => readSource(root, file))

/** Counts lines that hold more than a comment (ADR 0303). A line on which a block comment begins or ends counts as a comment. */
export function countCodeLines(text: string): number {
  let isComment = false
  let count = 0
  for (const line of text.split('\n')) {
    const code = line.trim()
    const begins = !isComment && /^\{?\/\*/.test(code)
    if (code !== '' && !isComment && !begins && !code.startsWith('//')) count++
    if (begins) isComment = true
    if (isComment && code.includes('*/')) isComment = false
  }
  return count
}

function readSource(root: string, file: string): SourceFile {
  const text = readFileSync(path.join(root, file), 'utf8')
  const isCore = !isTestFile(file) && !file.startsWith('lab/')
  const found: SourceFile = {
    file,
    lines: countCodeLines(text),
    isCore,
    imports: [],
    exports: [],
    objectTypes: [],
    directive: null,
  }
  const tree = parseAst(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' }) as unknown as { body: Node[] }
  for (const statement of tree.body) collectStatement(statement, found, (specifier) => resolve(root, file, specifier))
  visit(tree.body, '', (node, owner) => {
    const from = dynamicSpecifier(node)
    const target = from === null ? null : resolve(root, file, from)
    if (target) found.imports.push({ file: target, names: ['*'], as: null, isDynamic: true })
    const fields = fieldsOf(node)
    if (fields && fields.length > 0)
      found.objectTypes.push({ name: owner || `type in ${file}`, fields: new Set(fields) })
  })
  return found
}

/** @returns null for packages, and for what is no source file */
function resolve(root: string, from: string, specifier: string): string | null {
  const file = ownTarget(from, specifier)
  return file !== null && isFile(root, file) ? file : null
}

function collectStatement(node: Node, found: SourceFile, resolved: (specifier: string) => string | null): void {
  const source = node.source as { value: string } | null | undefined
  const file = source ? resolved(source.value) : null
  const specifiers = (node.specifiers ?? []) as Node[]
  switch (node.type) {
    case 'ExpressionStatement':
      if (typeof node.directive === 'string') found.directive = node.directive
      break
    case 'ImportDeclaration':
      if (file) found.imports.push({ file, names: specifiers.map(importedName), as: null, isDynamic: false })
      break
    case 'ExportAllDeclaration':
      if (file) found.imports.push({ file, names: ['*'], as: ['*'], isDynamic: false })
      break
    case 'ExportDefaultDeclaration':
      found.exports.push('default')
      break
    case 'ExportNamedDeclaration':
      if (file)
        found.imports.push({
          file,
          names: specifiers.map(({ local }) => nameOf(local)),
          as: specifiers.map(({ exported }) => nameOf(exported)),
          isDynamic: false,
        })
      else if (!source)
        found.exports.push(...declaredNames(node.declaration), ...specifiers.map((s) => nameOf(s.exported)))
      break
  }
}

function importedName(specifier: Node): string {
  if (specifier.type === 'ImportDefaultSpecifier') return 'default'
  return specifier.type === 'ImportNamespaceSpecifier' ? '*' : nameOf(specifier.imported)
}

function nameOf(node: unknown): string {
  const { name, value } = node as { name?: string; value?: string }
  return name ?? value ?? ''
}

function declaredNames(declaration: unknown): string[] {
  if (!isNode(declaration)) return []
  if (declaration.type !== 'VariableDeclaration') return [nameOf(declaration.id)]
  return (declaration.declarations as { id: Node }[]).flatMap(({ id }) =>
    id.type === 'Identifier' ? [nameOf(id)] : patternNames(id),
  )
}

function patternNames(pattern: Node): string[] {
  const parts = (pattern.properties ?? pattern.elements ?? []) as Node[]
  return parts.map((part) => nameOf(part.value ?? part)).filter(Boolean)
}

/** `import('x')`, `import('x').T` and `new URL('x', import.meta.url)`. */
function dynamicSpecifier(node: Node): string | null {
  const target =
    node.type === 'ImportExpression' || node.type === 'TSImportType'
      ? (node.source ?? node.argument)
      : node.type === 'NewExpression' && nameOf(node.callee) === 'URL'
        ? (node.arguments as unknown[])[0]
        : null
  if (!isNode(target)) return null
  const literal = isNode(target.literal) ? target.literal : target
  return typeof literal.value === 'string' ? literal.value : null
}

const OBJECT_SCHEMAS = new Set(['object', 'strictObject', 'looseObject'])

/** The fields that an interface, a type literal or an object schema writes out; what it extends or spreads stands elsewhere. */
function fieldsOf(node: Node): string[] | null {
  if (node.type === 'TSInterfaceDeclaration') return keysOf((node.body as { body: Node[] }).body)
  if (node.type === 'TSTypeLiteral') return keysOf(node.members as Node[])
  if (node.type !== 'CallExpression') return null
  const callee = node.callee as Node
  if (callee.type !== 'MemberExpression' || nameOf(callee.object) !== 'z') return null
  const [shape] = node.arguments as Node[]
  if (!OBJECT_SCHEMAS.has(nameOf(callee.property)) || shape?.type !== 'ObjectExpression') return null
  return keysOf(shape.properties as Node[])
}

const keysOf = (members: Node[]) => members.flatMap(({ key }) => (isNode(key) ? [nameOf(key)] : [])).filter(Boolean)

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

/** Visits every node; `owner` is the nearest declaration with a name. */
function visit(value: unknown, owner: string, seen: (node: Node, owner: string) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, owner, seen)
  if (!isNode(value)) return
  const named = isNode(value.id) && value.id.type === 'Identifier' ? nameOf(value.id) : owner
  seen(value, named)
  for (const key in value) {
    const child = value[key]
    if (typeof child === 'object' && child !== null && key !== 'parent') visit(child, named, seen)
  }
}
