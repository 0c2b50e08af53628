import type { EscalationAnswer, OnCallRotation, OnCallShift } from '#lib/notify/api/index.ts'
import type { Draft } from '../../schema-form/fields.ts'
import { useZone } from '../../ui/preferences.tsx'
import { Moment } from '../../ui/times/time.tsx'
import { channelName, readRotation, rotationDraft, rotationFields, rotationWords } from './escalation-draft.ts'
import { SchemaForm } from '../../schema-form/schema-form.tsx'
import { SettingsItemList } from '../settings-item-list.tsx'
import { useEditInPlace } from '../../ui/use-edit-in-place.ts'
import { useSaveEscalation } from './use-escalation.ts'

/** The rotations, with who is on call now and next. */
export function RotationsPanel({ answer }: { answer: EscalationAnswer }) {
  const editing = useEditInPlace()
  const saving = useSaveEscalation()
  const zone = useZone()
  const formOf = (rotation: OnCallRotation | null) => (
    <SchemaForm
      label={rotation ? `Edit ${rotation.name}` : 'New rotation'}
      draft={rotationDraft(rotation, zone)}
      fields={rotationFields(answer)}
      read={(draft: Draft) => readRotation(draft, rotation, zone)}
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
      note="channels that take turns; the steps of a policy notify whoever is on call then"
      one="rotation"
      empty={{ title: 'No rotations yet', text: 'Add one with a channel for each person who takes a turn.' }}
      items={answer.rotations}
      editing={editing}
      whenRemoved="Steps of policies that name it reach nobody."
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
                <OnCall shift={rotation.now} answer={answer} /> until <Moment at={rotation.now.until} />
              </>
            ) : (
              'nobody yet'
            )}
          </dd>
          {rotation.next && (
            <>
              <dt>Next</dt>
              <dd>
                <OnCall shift={rotation.next} answer={answer} /> from <Moment at={rotation.next.from} zoned={false} />{' '}
                to <Moment at={rotation.next.until} />
              </dd>
            </>
          )}
          <dt>Turns</dt>
          <dd>{rotationWords(rotation, answer)}</dd>
        </dl>
      )}
    </SettingsItemList>
  )
}

/** Who is on call, and what is special about it. */
function OnCall({ shift, answer }: { shift: OnCallShift; answer: EscalationAnswer }) {
  const channel = answer.channels.find(({ id }) => id === shift.channel)
  return (
    <>
      <strong className="font-medium">{channelName(answer, shift.channel)}</strong>
      {channel?.enabled === false && <span className="text-down"> (channel turned off: nobody is notified)</span>}
      {shift.isOverride && ' (override)'}
    </>
  )
}
