import type { SourceFile } from './source.ts'

const FEWEST_FIELDS = 5
const SHARE = 0.7

/**
 * Pairs of object types of at least five fields of which one has 70 % of the smaller one's: a fact that is declared twice. What one type
 * takes from another by `extends`, `Pick`, `Omit` or `z.output` it does not declare.
 */
export function twinTypes(sources: readonly SourceFile[]): string[] {
  const types = sources.flatMap(({ file, isCore, objectTypes }) =>
    isCore ? objectTypes.filter(({ fields }) => fields.size >= FEWEST_FIELDS).map((type) => ({ ...type, file })) : [],
  )
  return types.flatMap((one, i) =>
    types.slice(i + 1).flatMap((other) => {
      const shared = [...one.fields].filter((field) => other.fields.has(field)).length
      const smaller = Math.min(one.fields.size, other.fields.size)
      if (shared < SHARE * smaller) return []
      return [`${one.name} (${one.file}) and ${other.name} (${other.file}): ${shared} of ${smaller}`]
    }),
  )
}
