'use client'

import type { Incident } from '#lib/incidents/api/index.ts'
import { Needs } from '../access/needs.tsx'
import { Button } from '../ui/button.tsx'
import { NotSaved } from '../schema-form/not-saved.tsx'
import { Moment } from '../ui/times/time.tsx'
import { useSnooze } from './use-incident-command.ts'

const lengths = [
  { minutes: 30, name: '30 min' },
  { minutes: 60, name: '1 h' },
  { minutes: 240, name: '4 h' },
  { minutes: 1440, name: '24 h' },
]

/** Mutes reminders and escalations for a while; a higher severity, the incident's end and the end of the snooze are notified all the same. */
export function SnoozeForm({ incident: { id, snoozed }, onDone }: { incident: Incident; onDone: () => void }) {
  const snooze = useSnooze(id)
  const forMinutes = (minutes: number) => snooze.mutate({ minutes, note: '' }, { onSuccess: onDone })
  return (
    <Needs right="acknowledge">
      <div className="flex flex-wrap items-center gap-1.5">
        {lengths.map(({ minutes, name }) => (
          <Button key={name} disabled={snooze.isPending} onClick={() => forMinutes(minutes)}>
            {name}
          </Button>
        ))}
        {snoozed && (
          <Button variant="quiet" disabled={snooze.isPending} onClick={() => forMinutes(0)}>
            End now
          </Button>
        )}
      </div>
      {snoozed && (
        <p className="mt-1 text-xs text-ink-2">
          Until <Moment at={snoozed.until} />, by {snoozed.by}
        </p>
      )}
      <NotSaved why={snooze.error} />
    </Needs>
  )
}
