'use client'

import { useEndpointQuery } from '../../data/index.ts'
import { QueryStateView, SkeletonRows } from '../../ui/answer-view.tsx'
import type { EscalationSettingsResponse, OnCallRotation, OnCallShift } from '#lib/notify/api/index.ts'
import type { FormDraft } from '../../schema-form/form-fields.ts'
import { Button } from '../../ui/button.tsx'
import {
  createEscalationPolicyDraft,
  createEscalationPolicyFields,
  formatEscalationPolicy,
  validateEscalationPolicyDraft,
  formatEscalationStep,
  findChannelName,
  validateRotationDraft,
  createRotationDraft,
  createRotationFields,
  formatOnCallRotation,
} from './escalation-draft.ts'
import { SchemaForm } from '../../schema-form/schema-form.tsx'
import { SettingsItemList } from '../settings-item-list.tsx'
import { useEditInPlace } from '../../ui/use-edit-in-place.ts'
import { useSaveEscalation } from './use-escalation.ts'
import { useZone } from '../../ui/preferences.tsx'
import { MomentText } from '../../ui/times/time.tsx'

/** Settings tab with on-call rotations and escalation policies. */
export function EscalationTab() {
  const escalation = useEndpointQuery('escalation')
  return (
    <QueryStateView query={escalation} skeleton={<SkeletonRows rows={4} height="4rem" />}>
      {({ data }) => (
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 3xl:grid-cols-2">
          <RotationsPanel answer={data} />
          <PoliciesPanel answer={data} />
        </div>
      )}
    </QueryStateView>
  )
}

/**
 * List of escalation policies. A policy determines which channels are notified in addition, step by step, as long as
 * nobody acknowledges an incident.
 */
function PoliciesPanel({ answer }: { answer: EscalationSettingsResponse }) {
  const editing = useEditInPlace()
  const saving = useSaveEscalation()
  return (
    <SettingsItemList
      title="Escalation policies"
      note="each open incident that nobody acknowledges goes through the steps of every policy"
      one="policy"
      empty={{
        title: 'No policies yet',
        text: 'Without one, an incident that nobody acknowledges is only repeated to the channels that received it.',
      }}
      items={answer.policies}
      editing={editing}
      whenRemoved="Incidents without an acknowledgement no longer escalate by this policy."
      onRemove={(id) => saving.mutateAsync({ list: 'policies', id, after: null })}
      error={editing.edited === null ? saving.error : null}
      formOf={(policy) => (
        <SchemaForm
          label={policy ? `Edit ${policy.name}` : 'New policy'}
          draft={createEscalationPolicyDraft(policy)}
          fields={createEscalationPolicyFields(answer)}
          read={(draft: FormDraft) => validateEscalationPolicyDraft(draft, policy)}
          saving={saving}
          onSave={(after, done) =>
            saving.mutate({ list: 'policies', id: policy?.id ?? null, after }, { onSuccess: done })
          }
          onDone={editing.close}
        />
      )}
      actionsOf={(policy) => (
        <Button
          className="min-w-18"
          disabled={saving.isPending}
          aria-label={`Turn ${policy.enabled ? 'off' : 'on'} ${policy.name}`}
          onClick={() =>
            saving.mutate({ list: 'policies', id: policy.id, after: { ...policy, enabled: !policy.enabled } })
          }
        >
          Turn {policy.enabled ? 'off' : 'on'}
        </Button>
      )}
    >
      {(policy) => (
        <div className="text-xs text-ink-2">
          <p className="text-ink-3">{formatEscalationPolicy(policy)}</p>
          <ol className="list-decimal pl-4 break-words">
            {formatEscalationStep(policy, answer).map(({ words, fault }, index) => (
              // a step has no id, and its position identifies it
              <li key={index}>
                {words}
                {fault && <span className="text-down"> ({fault})</span>}
              </li>
            ))}
          </ol>
        </div>
      )}
    </SettingsItemList>
  )
}

/** List of on-call rotations, each with its current and its next shift. */
function RotationsPanel({ answer }: { answer: EscalationSettingsResponse }) {
  const editing = useEditInPlace()
  const saving = useSaveEscalation()
  const zone = useZone()
  const formOf = (rotation: OnCallRotation | null) => (
    <SchemaForm
      label={rotation ? `Edit ${rotation.name}` : 'New rotation'}
      draft={createRotationDraft(rotation, zone)}
      fields={createRotationFields(answer)}
      read={(draft: FormDraft) => validateRotationDraft(draft, rotation, zone)}
      saving={saving}
      onSave={(after, done) =>
        saving.mutate({ list: 'rotations', id: rotation?.id ?? null, after }, { onSuccess: done })
      }
      onDone={editing.close}
    />
  )
  return (
    <SettingsItemList
      title="On call"
      note="channels that take turns; the steps of a policy notify the channel that is on call at that time"
      one="rotation"
      empty={{ title: 'No rotations yet', text: 'Add one with a channel for each person who takes a turn.' }}
      items={answer.rotations}
      editing={editing}
      whenRemoved="Policy steps with this rotation notify nobody."
      onRemove={(id) => saving.mutateAsync({ list: 'rotations', id, after: null })}
      error={editing.edited === null ? saving.error : null}
      formOf={formOf}
    >
      {(rotation) => (
        <dl className="mt-0.5 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 text-xs break-words text-ink-2 [&>dt]:text-ink-3">
          <dt>Now</dt>
          <dd className="text-ink">
            {rotation.now ? (
              <>
                <OnCall shift={rotation.now} answer={answer} /> until <MomentText at={rotation.now.until} />
              </>
            ) : (
              'nobody yet'
            )}
          </dd>
          {rotation.next && (
            <>
              <dt>Next</dt>
              <dd>
                <OnCall shift={rotation.next} answer={answer} /> from{' '}
                <MomentText at={rotation.next.from} zoned={false} /> to <MomentText at={rotation.next.until} />
              </dd>
            </>
          )}
          <dt>Turns</dt>
          <dd>{formatOnCallRotation(rotation, answer)}</dd>
        </dl>
      )}
    </SettingsItemList>
  )
}

/**
 * Name of the channel of an on-call shift. It is marked if the channel is turned off. It is also marked if the shift is
 * an override, that is, replaces the regular shift.
 */
function OnCall({ shift, answer }: { shift: OnCallShift; answer: EscalationSettingsResponse }) {
  const channel = answer.channels.find(({ id }) => id === shift.channel)
  return (
    <>
      <strong className="font-medium">{findChannelName(answer, shift.channel)}</strong>
      {channel?.enabled === false && <span className="text-down"> (channel turned off: nobody is notified)</span>}
      {shift.isOverride && ' (override)'}
    </>
  )
}
