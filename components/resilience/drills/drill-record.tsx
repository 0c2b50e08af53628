import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Needs } from '../../access/needs.tsx'
import { apiUrl, sendJson, useEndpoint } from '../../data/index.ts'
import { useScopeNames } from '../../time/data-gaps.tsx'
import { AnswerView, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Status } from '../../ui/status.tsx'
import { Moment } from '../../ui/times/time.tsx'
import { drillStatus, recordWords } from './drill-words.ts'
import { MarkTable } from './mark-table.tsx'

/** One drill: what was predicted, and what was observed so far. It fills in while the drill lasts. */
export function DrillRecord({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useEndpoint('resilience/drills/{id}', { id })
  const nameOf = useScopeNames()
  const client = useQueryClient()
  const cancel = useMutation({
    mutationFn: () => sendJson('DELETE', apiUrl(`resilience/drills/${encodeURIComponent(id)}`), {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['events'] }),
  })
  const here = useRef<HTMLDivElement>(null)
  useEffect(() => {
    here.current?.focus()
    here.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <div ref={here} tabIndex={-1} className="scroll-mt-24 whitespace-normal outline-none">
      <AnswerView query={query} skeleton={<SkeletonRows rows={6} height="3.25rem" />}>
        {({ data, asOf, freshness }) => (
          <Panel
            title={data.title}
            note={recordWords(data)}
            answer={{ asOf, freshness }}
            aside={
              <Button className="print:hidden" onClick={onClose}>
                Close
              </Button>
            }
            flush
          >
            <div className="grid gap-2 p-3.5 text-sm">
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Status {...drillStatus(data)} />
                <span className="text-ink-2">
                  <Moment at={data.from} zoned={false} /> – <Moment at={data.to} />, announced by {data.announcedBy},{' '}
                  <Moment at={data.announcedAt} />
                </span>
              </p>
              {data.note && <p className="max-w-[80ch]">{data.note}</p>}
              <p className="max-w-[80ch] text-ink-2">
                Predicted by the tables as of its announcement. Its events are recorded as maintenance; the outage of a
                whole circuit and a site without any path notify all the same.
              </p>
              {(data.state === 'announced' || data.state === 'running') && (
                <Needs right="declare">
                  <Button disabled={cancel.isPending} onClick={() => cancel.mutate()}>
                    Call off
                  </Button>
                </Needs>
              )}
              {cancel.error && (
                <p role="alert" className="text-down">
                  Not called off: {cancel.error.message}
                </p>
              )}
            </div>
            <MarkTable marks={data.marks} nameOf={nameOf} />
          </Panel>
        )}
      </AnswerView>
    </div>
  )
}
