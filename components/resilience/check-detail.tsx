import { useEffect, useRef } from 'react'
import { useForm } from 'react-hook-form'
import type { ExemptionBody, ResilienceCheck, ResilienceChecks } from '#lib/resilience/api/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { buildApiUrl, sendJson, useCommand } from '../data/index.ts'
import { FormDayField } from '../schema-form/day-field.tsx'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { FormText, OneLineForm } from '../schema-form/bound-fields.tsx'
import { createLazyResolver } from '../schema-form/form-validation.ts'
import { MomentText } from '../ui/times/time.tsx'

/**
 * Details of a design check, shown below its table row: the evidence, the remedy, and the exemption (a user's
 * acceptance of the failed check) with its author.
 */
export function DesignCheckDetail({
  check,
  kind,
  onClose,
}: {
  check: ResilienceCheck
  kind: ResilienceChecks['kinds'][number] | undefined
  onClose: () => void
}) {
  const here = useRef<HTMLElement>(null)
  useEffect(() => {
    here.current?.focus()
    here.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  const { subject, name, evidence, remedy, command, source } = check
  return (
    <section
      ref={here}
      tabIndex={-1}
      aria-label={`${name}: ${subject}`}
      className="grid max-w-[100ch] scroll-mt-24 gap-3 px-3.5 py-3 text-sm whitespace-normal outline-none"
    >
      <div className="flex items-start gap-3">
        <p className="min-w-0 flex-1 text-ink-2">{kind?.meaning}</p>
        <Button onClick={onClose}>Close</Button>
      </div>
      {evidence.length > 0 && (
        <dl className="grid grid-cols-1 gap-x-4 gap-y-1 text-xs sm:grid-cols-[auto_minmax(0,1fr)]">
          {evidence.map(({ what, value, resourceId }) => (
            <div key={`${what} ${resourceId}`} className="contents">
              <dt className="text-ink-3">{resourceId ? `${what} of ${nameIn(resourceId)}` : what}</dt>
              <dd className="font-mono break-words">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <p>
        {remedy}{' '}
        <a href={source} className="link" rel="noreferrer">
          Source
        </a>
      </p>
      {command !== null && (
        <div className="flex min-w-0 items-start gap-2">
          <code className="min-w-0 flex-1 rounded-md border bg-sunken px-2 py-1.5 text-xs break-words">{command}</code>
          <CopyButton text={command} label="Copy command">
            Copy
          </CopyButton>
        </div>
      )}
      <Exemption check={check} />
    </section>
  )
}

const nameIn = (resourceId: string) => resourceId.split('/').at(-1)

function Exemption({ check: { id, found, exemption } }: { check: ResilienceCheck }) {
  const url = buildApiUrl(`resilience/exemptions/${encodeURIComponent(id)}`)
  const withdraw = useCommand(() => sendJson('DELETE', url, {}), [['declarations']])
  const exempt = useCommand((body: ExemptionBody) => sendJson('PUT', url, body), [['declarations']])
  const form = useForm({
    defaultValues: { reason: '', until: '' },
    resolver: createLazyResolver(() =>
      import('./read-exemption.ts').then(({ validateExemptionForm }) => validateExemptionForm),
    ),
  })
  if (exemption) {
    return (
      <DisableControlsWithoutRight right="declare">
        <div className="flex flex-wrap items-center gap-2 border-t pt-3">
          <p className="min-w-0 flex-1 break-words">
            Exempt by {exemption.by} since <MomentText at={exemption.at} /> until <MomentText at={exemption.until} />:{' '}
            {exemption.reason}
          </p>
          <Button disabled={withdraw.isPending} onClick={() => withdraw.mutate()}>
            Withdraw
          </Button>
        </div>
      </DisableControlsWithoutRight>
    )
  }
  if (found === 'pass') return null
  return (
    <DisableControlsWithoutRight right="declare">
      <OneLineForm
        label="Exemption"
        form={form}
        saving={exempt}
        onSubmit={form.handleSubmit((body) => exempt.mutate(body))}
        action="Exempt"
        className="border-t pt-3"
      >
        <FormText form={form} name="reason" label="Accept because" className="w-72 max-w-full" maxLength={500} />
        <FormDayField form={form} name="until" label="Until (UTC)" className="w-36" />
      </OneLineForm>
    </DisableControlsWithoutRight>
  )
}
