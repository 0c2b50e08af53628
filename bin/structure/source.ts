import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseAst } from 'vitest/node'
import { isTestFile } from './rules.ts'
import { isFile, resolveOwnImport, listSourceFiles } from './files.ts'

/** An import or a re-export. `import('x')`, `import('x').T` and `new URL('x', import.meta.url)` are also imports. */
export type ModuleImport = {
  specifier: string
  /** path in the repository to which the import leads; null = it leads to a package */
  target: string | null
  isFile: boolean
  /** the imported names; `*` = all names, or the names are unknown */
  names: string[]
  /**
   * the names under which a re-export exports {@link names}, in the same order; `*` = the same names; null = it is not
   * a re-export
   */
  as: string[] | null
  isDynamic: boolean
  isType: boolean
}

/** An interface, an object type or an object schema, with the names of the fields that it declares itself. */
type ObjectType = { name: string; fields: Set<string> }

export type SourceFile = {
  file: string
  /** number of lines that contain code, without blank lines and comments */
  lines: number
  /**
   * number of nodes of the syntax tree. The size of the code is limited in nodes, because a comment, a longer text, a
   * longer name and a line break do not change their number (ADR 0379)
   */
  nodes: number
  /** true if the file is part of the product; false for tests, test data and lab/ */
  isCore: boolean
  imports: ModuleImport[]
  /** number of dynamic imports whose target is an expression, so that it is known only at run time */
  opaque: number
  /** all texts in string and template literals; each expression in a template is replaced by a space */
  texts: string[]
  /** names of all called methods, such as `$queryRaw` */
  called: string[]
  /**
   * names of constants that are plain objects of the type `Record<string, …>`. They are faults, because a look-up by
   * any text also finds inherited names such as `constructor`
   */
  tables: string[]
  /** the names that this file declares and exports */
  exports: string[]
  objectTypes: ObjectType[]
  /** `use client` or `use server`. Files with different directives cannot be merged */
  directive: string | null
}

export type SyntaxNode = { type: string } & Record<string, unknown>

const FOLDERS = ['app', 'bin', 'components', 'lab', 'lib', 'e2e']

/** Parses every source file under `root`. */
export const readSourceFiles = (root: string): SourceFile[] =>
  listSourceFiles(root, FOLDERS).map((file) => parseSourceFile(readFileSync(path.join(root, file), 'utf8'), file, root))

/** Counts the lines that contain code (ADR 0303). A line on which a block comment begins or ends does not count. */
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

/**
 * Returns the imports, exports and other facts of a source file. They are read from its syntax tree, so that comments
 * and texts cannot be mistaken for imports.
 * @param root folder in which imported files are searched; absent = each imported file counts as existing
 * @throws if the file cannot be parsed
 */
export function parseSourceFile(text: string, file: string, root?: string): SourceFile {
  const found: SourceFile = {
    file,
    lines: countCodeLines(text),
    nodes: 0,
    isCore: !isTestFile(file) && !file.startsWith('lab/'),
    imports: [],
    opaque: 0,
    texts: [],
    called: [],
    tables: [],
    exports: [],
    objectTypes: [],
    directive: null,
  }
  const tree = parseAst(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' }) as unknown as { body: SyntaxNode[] }
  const add = (specifier: string, one: Pick<ModuleImport, 'names' | 'as' | 'isDynamic' | 'isType'>) => {
    const target = resolveOwnImport(file, specifier)
    const isThere = target !== null && (root === undefined || isFile(root, target))
    found.imports.push({ specifier, target, isFile: isThere, ...one })
  }
  for (const statement of tree.body) collectStatement(statement, found, add)
  visitSyntaxTree(tree.body, '', (node, owner) => {
    found.nodes += 1
    collectLiterals(node, found)
    for (const target of dynamicTargets(node)) {
      const specifier = literalOf(target)
      if (specifier === null) found.opaque += 1
      else add(specifier, { names: ['*'], as: null, isDynamic: true, isType: node.type === 'TSImportType' })
    }
    const fields = fieldsOf(node)
    if (fields && fields.length > 0)
      found.objectTypes.push({ name: owner || `type in ${file}`, fields: new Set(fields) })
  })
  return found
}

function collectStatement(
  node: SyntaxNode,
  found: SourceFile,
  add: (specifier: string, one: Pick<ModuleImport, 'names' | 'as' | 'isDynamic' | 'isType'>) => void,
): void {
  found.tables.push(...plainTables(node))
  const source = node.source as { value: string } | null | undefined
  const specifiers = (node.specifiers ?? []) as SyntaxNode[]
  const isType = node.importKind === 'type' || node.exportKind === 'type'
  switch (node.type) {
    case 'ExpressionStatement':
      if (typeof node.directive === 'string') found.directive = node.directive
      break
    case 'ImportDeclaration':
      if (source) add(source.value, { names: specifiers.map(importedName), as: null, isDynamic: false, isType })
      break
    case 'ExportAllDeclaration':
      if (source) add(source.value, { names: ['*'], as: ['*'], isDynamic: false, isType })
      break
    case 'ExportDefaultDeclaration':
      found.exports.push('default')
      break
    case 'ExportNamedDeclaration':
      if (source) {
        const names = specifiers.map(({ local }) => nameOf(local))
        add(source.value, { names, as: specifiers.map(({ exported }) => nameOf(exported)), isDynamic: false, isType })
      } else found.exports.push(...declaredNames(node.declaration), ...specifiers.map((s) => nameOf(s.exported)))
      break
  }
}

function importedName(specifier: SyntaxNode): string {
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
  return (declaration.declarations as { id: SyntaxNode }[]).flatMap(({ id }) =>
    id.type === 'Identifier' ? [nameOf(id)] : patternNames(id),
  )
}

function patternNames(pattern: SyntaxNode): string[] {
  const parts = (pattern.properties ?? pattern.elements ?? []) as SyntaxNode[]
  return parts.map((part) => nameOf(part.value ?? part)).filter(Boolean)
}

/**
 * Returns the targets of the dynamic forms of imports: `import('x')`, `import('x').T`, `require('x')` and `new URL('x',
 * import.meta.url)`.
 */
function dynamicTargets(node: SyntaxNode): unknown[] {
  if (node.type === 'ImportExpression' || node.type === 'TSImportType') return [node.source ?? node.argument]
  const isRequire = node.type === 'CallExpression' && nameOf(node.callee) === 'require'
  return isRequire || isAssetUrl(node) ? (node.arguments as unknown[]).slice(0, 1) : []
}

/**
 * Returns the text of a string literal; null for any other node. In `import('x').T`, the literal is inside a literal
 * type.
 */
function literalOf(target: unknown): string | null {
  const literal = isNode(target) && isNode(target.literal) ? target.literal : target
  return isNode(literal) && typeof literal.value === 'string' ? literal.value : null
}

/**
 * Reports whether a node has the form `new URL('./x.ts', import.meta.url)`. Bundlers include a file that is named in
 * this form.
 */
function isAssetUrl(node: SyntaxNode): boolean {
  if (node.type !== 'NewExpression' || nameOf(node.callee) !== 'URL') return false
  const [target, base] = node.arguments as unknown[]
  const isMeta = isNode(base) && isNode(base.object) && base.object.type === 'MetaProperty'
  return isMeta && /^\.{1,2}\/.*\.\w+$/.test(literalOf(target) ?? '')
}

/** Returns the texts of a template literal between its expressions. */
export const getTemplateTexts = (node: SyntaxNode): string[] =>
  (node.quasis as { value: { cooked?: string; raw: string } }[]).map(({ value }) => value.cooked ?? value.raw)

function collectLiterals(node: SyntaxNode, found: SourceFile): void {
  if (node.type === 'Literal' && typeof node.value === 'string') found.texts.push(node.value)
  if (node.type === 'TemplateLiteral') found.texts.push(getTemplateTexts(node).join(' '))
  const callee =
    node.type === 'CallExpression' ? node.callee : node.type === 'TaggedTemplateExpression' ? node.tag : undefined
  const name = isNode(callee) && isNode(callee.property) ? callee.property.name : undefined
  if (typeof name === 'string') found.called.push(name)
}

/** Returns the names of constants that a statement declares as plain objects of the type `Record<string, …>`. */
function plainTables(statement: SyntaxNode): string[] {
  const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
  if (!isNode(declared) || declared.type !== 'VariableDeclaration') return []
  return (declared.declarations as SyntaxNode[]).flatMap(({ id, init }) => {
    if (!isNode(id) || !isNode(init) || init.type !== 'ObjectExpression') return []
    const isTable = isWordRecord(id.typeAnnotation) && (init.properties as unknown[]).length > 0
    return isTable ? [String(id.name)] : []
  })
}

/** Reports whether a type is `Record<string, …>`, also inside `Readonly` or `Partial`. */
function isWordRecord(type: unknown): boolean {
  if (!isNode(type)) return false
  if (type.type === 'TSTypeAnnotation') return isWordRecord(type.typeAnnotation)
  const name = isNode(type.typeName) ? type.typeName.name : undefined
  const [first] = isNode(type.typeArguments) ? (type.typeArguments.params as unknown[]) : []
  if (name === 'Readonly' || name === 'Partial') return isWordRecord(first)
  return name === 'Record' && isNode(first) && first.type === 'TSStringKeyword'
}

const OBJECT_SCHEMAS = new Set(['object', 'strictObject', 'looseObject'])

/**
 * Returns the names of the fields that an interface, an object type or an object schema declares; null for any other
 * node. Extended and spread fields are left out.
 */
function fieldsOf(node: SyntaxNode): string[] | null {
  if (node.type === 'TSInterfaceDeclaration') return keysOf((node.body as { body: SyntaxNode[] }).body)
  if (node.type === 'TSTypeLiteral') return keysOf(node.members as SyntaxNode[])
  if (node.type !== 'CallExpression') return null
  const callee = node.callee as SyntaxNode
  if (callee.type !== 'MemberExpression' || nameOf(callee.object) !== 'z') return null
  const [shape] = node.arguments as SyntaxNode[]
  if (!OBJECT_SCHEMAS.has(nameOf(callee.property)) || shape?.type !== 'ObjectExpression') return null
  return keysOf(shape.properties as SyntaxNode[])
}

const keysOf = (members: SyntaxNode[]) =>
  members.flatMap(({ key }) => (isNode(key) ? [nameOf(key)] : [])).filter(Boolean)

const isNode = (value: unknown): value is SyntaxNode => typeof value === 'object' && value !== null && 'type' in value

/** Calls `seen` for every node of a syntax tree. `owner` is the name of the nearest declaration around the node. */
export function visitSyntaxTree(value: unknown, owner: string, seen: (node: SyntaxNode, owner: string) => void): void {
  if (Array.isArray(value)) for (const item of value) visitSyntaxTree(item, owner, seen)
  if (!isNode(value)) return
  const named = isNode(value.id) && value.id.type === 'Identifier' ? nameOf(value.id) : owner
  seen(value, named)
  for (const key in value) {
    const child = value[key]
    if (typeof child === 'object' && child !== null && key !== 'parent') visitSyntaxTree(child, named, seen)
  }
}
