import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import { isPollNotOfferedByAzure, formatPollKind, formatPollOutcome } from '#lib/contract/words/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { StateSymbol } from '../ui/drawing/glyph.tsx'
import { Panel } from '../ui/panel.tsx'
import { AgeText } from '../ui/times/time.tsx'

interface Fault {
  key: string
  /** identity (Azure service principal) that Azure refused; null = every identity that is used for the poll */
  identity: string | null
  sources: ApiPolledSource[]
  outcome: ApiPolledSource['lastOutcome']
  code: string
  details: string[]
  missingActions: string[]
  /** command that fixes the problem */
  command: string | null
  /** advice if there is no command */
  advice: string | null
}

type Refusal = NonNullable<ApiPolledSource['refusedIdentities']>[number]

const NO_FAULT: ReadonlySet<ApiPolledSource['lastOutcome']> = new Set(['paused', 'not_given'])

/**
 * Groups failing polls by error and remedy. If Azure refuses an identity (service principal), this counts as a fault
 * even if the poll succeeds with another identity.
 */
function faultsOf(sources: ApiPolledSource[]): Fault[] {
  const faults = new Map<string, Fault>()
  const note = (
    source: ApiPolledSource,
    outcome: Fault['outcome'],
    { code, missingAction, remedy, command }: Omit<Refusal, 'identity' | 'outcome'>,
    { identity = null, detail = null }: { identity?: string | null; detail?: string | null },
  ) => {
    const advice = command ? null : remedy
    const key = [identity, outcome, code, command, advice].join('/')
    const empty = { sources: [], details: [], missingActions: [] }
    const fault = faults.get(key) ?? { key, identity, outcome, code, command, advice, ...empty }
    fault.sources.push(source)
    if (missingAction) addOnce(fault.missingActions, missingAction)
    else if (detail) addOnce(fault.details, detail)
    faults.set(key, fault)
  }
  for (const source of sources) {
    // Some failed polls do not count as faults: a user paused the poll, Azure has no data (for example of a stopped
    // virtual machine), or Azure does not offer the routes.
    if (source.error && !NO_FAULT.has(source.lastOutcome) && !isPollNotOfferedByAzure(source)) {
      note(source, source.lastOutcome, source.error, { detail: source.error.detail })
    }
    for (const refusal of source.refusedIdentities ?? []) note(source, refusal.outcome, refusal, refusal)
  }
  return [...faults.values()].sort((a, b) => b.sources.length - a.sources.length)
}

const addOnce = (list: string[], item: string) => {
  if (!list.includes(item)) list.push(item)
}

/** Maximum number of detail texts that are shown for one fault. */
const DETAILS_SHOWN = 3

/** Panel with polling errors and their remedies. */
export function SourceFaults({ sources }: { sources: ApiPolledSource[] }) {
  const faults = faultsOf(sources)
  if (faults.length === 0) return null
  return (
    <Panel title="Polling errors" flush>
      <ul>
        {faults.map((fault) => (
          <FaultItem key={fault.key} fault={fault} />
        ))}
      </ul>
    </Panel>
  )
}

function FaultItem({ fault }: { fault: Fault }) {
  const { identity, sources, outcome, code, details, missingActions, command, advice } = fault
  const lastOk = sources.flatMap(({ lastOkAt }) => lastOkAt ?? []).sort()[0]
  return (
    <li className="flex gap-3 border-b px-3.5 py-3 last:border-b-0">
      <StateSymbol tone="degraded" className="mt-1 size-3" />
      <div className="min-w-0 flex-1">
        <p>
          <span className="font-semibold">{formatPollOutcome(outcome)}</span>{' '}
          {identity !== null && <span className="text-ink-2">identity {identity}, </span>}
          <span className="text-ink-3">{formatCountWithPlural(sources.length, 'poll')}: </span>
          <span className="text-ink-2">{placesOf(sources)}</span>
        </p>
        {details.slice(0, DETAILS_SHOWN).map((detail) => (
          <p key={detail} className="break-words text-ink-2">
            {detail}
          </p>
        ))}
        {missingActions.length > 0 && (
          <div className="mt-1 text-ink-2">
            {missingActions.length === 1 ? 'Missing action: ' : 'Missing actions:'}
            <ul className={missingActions.length === 1 ? 'inline' : 'ml-3'}>
              {missingActions.map((action) => (
                <li key={action} className={missingActions.length === 1 ? 'inline' : undefined}>
                  <code className="font-mono break-all text-ink">{action}</code>
                </li>
              ))}
            </ul>
          </div>
        )}
        {advice && <p className="break-words text-ink-2">{advice}</p>}
        {command && (
          <>
            <p className="mt-1 text-ink-2">Grant the role that docs/azure-permissions.md defines:</p>
            <div className="mt-1 flex items-start gap-2 rounded-md border bg-sunken py-1 pr-1 pl-2.5">
              <code className="min-w-0 flex-1 py-1 font-mono text-xs break-words whitespace-pre-wrap">{command}</code>
              <CopyButton text={command} label="Copy the command" />
            </div>
          </>
        )}
        <p className="mt-1 text-xs text-ink-3">
          {code} · last answer that could be read: {lastOk ? <AgeText at={lastOk} /> : 'never'}
        </p>
      </div>
    </li>
  )
}

/** Returns the names of up to three of the affected sources. */
function placesOf(sources: ApiPolledSource[]): string {
  const names = [...new Set(sources.map(({ scopeName, kind }) => `${formatPollKind(kind)} of ${scopeName}`))]
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}
