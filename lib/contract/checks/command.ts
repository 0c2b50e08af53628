import { shellWord } from '../shell-word.ts'

/**
 * Returns a check's command for one subject. A placeholder whose value is unknown becomes `<name>`, for the user to
 * fill in.
 * @param template see `CheckRecord.command`
 */
export function formatCheckCommand(template: string, values: Readonly<Record<string, string | null>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, hole: string) => {
    const value = values[hole] ?? null
    return value === null ? `<${hole}>` : shellWord(value)
  })
}
