import type { ExactJson } from '#lib/azure/decode/json.ts'

/** JSON.rawJSON is ES2025; TypeScript's library does not contain it yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }

/** Returns the JSON text of a value, with all digits of its integers. */
export function formatExactJson(value: ExactJson): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'bigint' ? rawJSON(member.toString()) : member,
  )
}
