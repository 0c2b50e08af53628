import { clsx } from 'clsx'
import { copyText, useCopied } from '../copy-button.tsx'
import type { PanelFact } from '../panel.tsx'

/** Names and values in two columns, one line each; null is shown as `unknown`. A click copies a text value. */
export function FactList({ facts, className }: { facts: readonly PanelFact[]; className?: string }) {
  return (
    <dl className={clsx('divide-y text-sm', className)}>
      {facts.map(([name, value]) => (
        <div
          key={name}
          className="grid break-inside-avoid grid-cols-[minmax(7rem,34%)_minmax(0,1fr)] items-baseline gap-x-3 py-1"
        >
          <dt className="text-xs text-ink-3">{name}</dt>
          <dd className="min-w-0 wrap-anywhere">
            {typeof value === 'string' || typeof value === 'number' ? (
              <Copied name={name} text={String(value)} />
            ) : (
              (value ?? <span className="text-ink-3">unknown</span>)
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Copied({ name, text }: { name: string; text: string }) {
  const [copied, onCopied] = useCopied()
  return (
    <button
      type="button"
      title={`Copy ${name}`}
      onClick={() => void copyText(text).then(onCopied)}
      className="relative min-h-6 rounded-xs text-left hover:bg-hover"
    >
      {text}
      <span role="status" className="absolute left-full pl-2 text-xs whitespace-nowrap text-ink-3">
        {copied && 'copied'}
      </span>
    </button>
  )
}
