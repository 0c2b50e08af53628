import TerminalIcon from 'lucide-react/icons/terminal'
import { CopyButton } from '../copy-button.tsx'

/**
 * Button that copies an Azure CLI command. The command reads the data of the panel directly from Azure, so that the
 * user can verify it. Renders nothing if there is no command.
 */
export function CopyAzCommand({ command, what }: { command: string | null; what: string }) {
  if (command === null) return null
  return (
    <CopyButton
      text={command}
      label={`Copy the az command: ${what}`}
      title={command}
      aria-label={`Copy the az command: ${what}`}
    >
      az
    </CopyButton>
  )
}

/** Collapsed list of Azure CLI commands, each in full and with a copy button. */
export function AzCommands({ commands }: { commands: { what: string; command: string | null }[] }) {
  const known = commands.flatMap(({ what, command }) => (command === null ? [] : { what, command }))
  if (known.length === 0) return null
  return (
    <details className="border-t px-3.5 pt-3 pb-1 text-xs text-ink-2">
      <summary className="w-fit rounded-xs py-1">
        <TerminalIcon aria-hidden className="mr-1 inline size-3.5 align-[-0.15rem]" />
        Compare with Azure (az commands)
      </summary>
      <ul className="mt-2 grid gap-2">
        {known.map(({ what, command }) => (
          <li key={`${what}/${command}`} className="flex min-w-0 items-start gap-2">
            <CopyButton text={command} label={`Copy the az command: ${what}`} />
            <span className="min-w-0">
              <span className="block">{what}</span>
              <code className="block font-mono break-all text-ink-3">{command}</code>
            </span>
          </li>
        ))}
      </ul>
    </details>
  )
}
