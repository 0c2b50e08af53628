'use client'

import type { SetupAnswer, SetupCheck } from '#lib/contract/index.ts'
import { useEndpoint } from '../data/index.ts'
import { plural } from '../format/quantity.ts'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { PageHead, Panel } from '../ui/panel.tsx'
import { Status, type StatusWords } from '../ui/status.tsx'
import { Age } from '../ui/time.tsx'

const DOCTOR = 'npm run doctor'

const words: Record<SetupCheck['state'], StatusWords> = {
  pass: { tone: 'up', word: 'OK' },
  warn: { tone: 'degraded', word: 'WARNING' },
  fail: { tone: 'down', word: 'FAILED' },
  skip: { tone: 'off', word: 'NOT CHECKED' },
}

/** What the worker found of environment, database and Azure, with the commands that help. */
export function SetupPage() {
  const setup = useEndpoint('setup')
  return (
    <>
      <PageHead title="Setup">
        {setup.data ? (
          <Headline {...setup.data.data} />
        ) : (
          <span className="skeleton inline-block h-4 w-64 align-middle" />
        )}
      </PageHead>
      <div className="grid gap-4">
        <Panel title="Checks" flush note="made by a worker every 5 min">
          <AnswerView query={setup} skeleton={<SkeletonRows rows={8} height="2.5rem" />}>
            {({ data }) => (data.checks.length === 0 ? <NotChecked /> : <Checks checks={data.checks} />)}
          </AnswerView>
        </Panel>
        {setup.data && <Role role={setup.data.data.role} />}
      </div>
    </>
  )
}

function Headline({ checks, checkedAt }: SetupAnswer) {
  if (checkedAt === null) return <>No worker has made the checks yet.</>
  const failed = checks.filter(({ state }) => state === 'fail').length
  const warnings = checks.filter(({ state }) => state === 'warn').length
  const found = failed + warnings === 0 ? 'No check failed.' : `${failed} failed, ${plural(warnings, 'warning')}.`
  return (
    <>
      {found} Checked <Age at={checkedAt} />.
    </>
  )
}

function NotChecked() {
  return (
    <Empty title="No worker has made the checks yet">
      A worker makes them when it starts. Without one, run them yourself:
      <Command command={DOCTOR} />
    </Empty>
  )
}

function Checks({ checks }: { checks: SetupCheck[] }) {
  return (
    <ul>
      {checks.map((check) => (
        <li
          key={check.id}
          className="grid gap-x-4 gap-y-1 border-b px-3.5 py-2.5 last:border-b-0 sm:grid-cols-[9rem_1fr]"
        >
          <Status {...words[check.state]} />
          <div className="min-w-0">
            <p>
              <span className="font-semibold">{check.title}</span>{' '}
              <span className="break-words text-ink-2">{check.detail}</span>
            </p>
            <p className="text-xs text-ink-3">{check.about}</p>
            {check.lines.length > 0 && <Lines lines={check.lines} />}
            {check.remedy && <p className="mt-1 break-words">{check.remedy}</p>}
            {check.commands.map((command) => (
              <Command key={command} command={command} />
            ))}
          </div>
        </li>
      ))}
    </ul>
  )
}

/** Lines that begin with spaces belong to the one above. */
function Lines({ lines }: { lines: string[] }) {
  return (
    <ul className="mt-1 text-xs text-ink-2">
      {lines.map((line) => (
        <li key={line} className={line.startsWith(' ') ? 'pl-4 font-mono break-all' : 'break-words'}>
          {line.trim()}
        </li>
      ))}
    </ul>
  )
}

function Command({ command }: { command: string }) {
  return (
    <div className="mt-1 flex items-start gap-2 rounded-md border bg-sunken py-1 pr-1 pl-2.5 text-left">
      <code className="min-w-0 flex-1 py-1 font-mono text-xs break-words whitespace-pre-wrap text-ink">{command}</code>
      <CopyButton text={command} label={`Copy the command ${command}`} />
    </div>
  )
}

function Role({ role }: { role: SetupAnswer['role'] }) {
  const text = JSON.stringify(role, null, 2)
  return (
    <Panel
      title="Custom role"
      note={`the ${plural(role.Actions.length, 'action')} that the polls need; all of them read`}
      aside={
        <CopyButton text={text} label="Copy the role">
          Copy the role
        </CopyButton>
      }
    >
      <p className="text-ink-2">
        Save it as <code className="font-mono text-xs">peerwatch-role.json</code>, then create and assign it
        (docs/azure-permissions.md).
      </p>
      <Command command="az role definition create --role-definition peerwatch-role.json" />
      <Command
        command={`az role assignment create --assignee <principal id> --role "${role.Name}" --scope ${role.AssignableScopes[0]}`}
      />
      <details className="mt-3">
        <summary className="cursor-pointer text-ink-2">Show the role</summary>
        {/* a region that scrolls is reached by keyboard */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
        <pre
          tabIndex={0}
          aria-label="Custom role as JSON"
          className="mt-2 overflow-x-auto rounded-md border bg-sunken p-3 font-mono text-xs"
        >
          {text}
        </pre>
      </details>
    </Panel>
  )
}
