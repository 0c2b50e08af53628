import { parseAstAsync } from 'vitest/node'

/** What one source file refers to. */
export type References = {
  /** Specifiers of imports of every form: static, dynamic, re-export, type-only, `import('x').T`, `new URL('x', import.meta.url)`. */
  specifiers: string[]
  /** Those of the specifiers that are only ever imported by `import type`. */
  typeOnly: Set<string>
  /** Dynamic imports whose target can't be read from the text. */
  opaque: number
  /** Text of string and template literals, holes in templates shown as a space. */
  texts: string[]
  /** Names of members that are called, such as `$queryRaw`. */
  called: string[]
  /** Constants of the file that hold an object literal of type `Record<string, …>`, whose look-ups also find `constructor`. */
  tables: string[]
}

type Node = { type: string } & Record<string, unknown>

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

/**
 * Reads a TypeScript or JavaScript file's references from its syntax tree, so that comments, strings and JSX text can't be
 * mistaken for imports.
 * @throws when the file does not parse
 */
export async function readReferences(source: string, file: string): Promise<References> {
  const found: References = { specifiers: [], typeOnly: new Set(), opaque: 0, texts: [], called: [], tables: [] }
  const values = new Set<string>()
  const tree = await parseAstAsync(source, { lang: file.endsWith('x') ? 'tsx' : 'ts' })
  found.tables = (tree.body as unknown as Node[]).flatMap(plainTables)
  walk(tree, (node) => {
    const before = found.specifiers.length
    collect(node, found)
    const isType = node.importKind === 'type' || node.exportKind === 'type' || node.type === 'TSImportType'
    for (const specifier of found.specifiers.slice(before)) (isType ? found.typeOnly : values).add(specifier)
  })
  for (const specifier of values) found.typeOnly.delete(specifier)
  return found
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit)
  } else if (isNode(value)) {
    visit(value)
    for (const [key, child] of Object.entries(value)) if (key !== 'parent') walk(child, visit)
  }
}

function collect(node: Node, found: References): void {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      if (isNode(node.source)) found.specifiers.push(String(node.source.value))
      break
    case 'ImportExpression':
    case 'TSImportType':
      addTarget(node.source ?? node.argument, found)
      break
    case 'TSExternalModuleReference':
      addTarget(node.expression, found)
      break
    case 'NewExpression':
      if (isAssetUrl(node)) addTarget((node.arguments as unknown[])[0], found)
      break
    case 'CallExpression':
      if (isNode(node.callee)) {
        if (node.callee.name === 'require') addTarget((node.arguments as unknown[])[0], found)
        const { property } = node.callee
        if (isNode(property) && typeof property.name === 'string') found.called.push(property.name)
      }
      break
    case 'TaggedTemplateExpression': {
      const property = isNode(node.tag) ? node.tag.property : undefined
      if (isNode(property) && typeof property.name === 'string') found.called.push(property.name)
      break
    }
    case 'Literal':
      if (typeof node.value === 'string') found.texts.push(node.value)
      break
    case 'TemplateLiteral':
      found.texts.push(
        (node.quasis as { value: { cooked?: string; raw: string } }[])
          .map((q) => q.value.cooked ?? q.value.raw)
          .join(' '),
      )
      break
  }
}

/** `import('x').T` wraps its target in a literal type. */
function addTarget(target: unknown, found: References): void {
  const literal = isNode(target) && isNode(target.literal) ? target.literal : target
  if (isNode(literal) && typeof literal.value === 'string') found.specifiers.push(literal.value)
  else found.opaque += 1
}

/** `new URL('./x', import.meta.url)`, the form in which bundlers follow a file. Without a literal it names no file of ours. */
function isAssetUrl(node: Node): boolean {
  const [target, base] = node.arguments as unknown[]
  const isMeta =
    isNode(base) && base.type === 'MemberExpression' && isNode(base.object) && base.object.type === 'MetaProperty'
  return (
    isNode(node.callee) &&
    node.callee.name === 'URL' &&
    isMeta &&
    isNode(target) &&
    typeof target.value === 'string' &&
    /^\.{1,2}\/.*\.\w+$/.test(target.value)
  )
}

/** Returns the names of the tables that a statement of the file declares as plain objects. */
function plainTables(statement: Node): string[] {
  const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
  if (!isNode(declared) || declared.type !== 'VariableDeclaration') return []
  return (declared.declarations as Node[]).flatMap(({ id, init }) => {
    if (!isNode(id) || !isNode(init) || init.type !== 'ObjectExpression') return []
    const isTable = isWordRecord(id.typeAnnotation) && (init.properties as unknown[]).length > 0
    return isTable ? [String(id.name)] : []
  })
}

/** Reports whether a type is `Record<string, …>`, also within `Readonly` and `Partial`. */
function isWordRecord(type: unknown): boolean {
  if (!isNode(type)) return false
  if (type.type === 'TSTypeAnnotation') return isWordRecord(type.typeAnnotation)
  const name = isNode(type.typeName) ? type.typeName.name : undefined
  const [first] = isNode(type.typeArguments) ? (type.typeArguments.params as unknown[]) : []
  if (name === 'Readonly' || name === 'Partial') return isWordRecord(first)
  return name === 'Record' && isNode(first) && first.type === 'TSStringKeyword'
}
