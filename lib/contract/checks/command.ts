import { shellWord } from '../shell-word.ts'

/**
 * A check's command for one subject. A hole whose value is not known stays as `<name of the hole>`, for a person to fill in.
 * @param template see `CheckRecord.command`
 */
export function checkCommand(template: string, values: Readonly<Record<string, string | null>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, hole: string) => {
    const value = values[hole] ?? null
    return value === null ? `<${hole}>` : shellWord(value)
  })
}
