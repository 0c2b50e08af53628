import { CopyButton } from '../ui/copy-button.tsx'

/** Shows a secret, such as a new API token, with a copy button. The secret cannot be displayed again later. */
export function OneTimeSecret({ words, secret }: { words: string; secret: string }) {
  return (
    <div
      role="status"
      className="flex min-w-0 flex-wrap items-center gap-2 rounded-md border bg-sunken px-3 py-2 text-xs"
    >
      <p className="w-full text-ink-2">{words} It is shown this once.</p>
      <code className="min-w-0 flex-1 font-mono break-all">{secret}</code>
      <CopyButton text={secret} label="Copy">
        Copy
      </CopyButton>
    </div>
  )
}
