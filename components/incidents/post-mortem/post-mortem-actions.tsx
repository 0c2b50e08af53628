import DownloadIcon from 'lucide-react/icons/download'
import type { RefObject } from 'react'
import type { IncidentDetail } from '#lib/incidents/api/index.ts'
import type { StateTimelineProps } from '../../charts/state-timeline/state-timeline.tsx'
import { buildHeadedSvgFile, convertToPng } from '../../charts/svg-file.ts'
import { drawTimelineAsText } from '../../charts/state-timeline/text-picture.ts'
import { PrintButton } from '../../paper/print-button.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { formatAffectedPartOfIncident, formatIncidentTitle } from '../../events/incident-text.ts'
import { formatTimeRange } from '../../format/instant.ts'
import { saveBlob, saveText } from '../../ui/save-file.ts'
import { useZone } from '../../ui/preferences.tsx'
import { formatPostMortem } from './post-mortem.ts'

/** Explanation of the fills in the picture of the timeline, for files and tickets. */
const LEGEND = 'thin: OK, full: confirmed, striped: start or end uncertain, hatched: no data'

/**
 * Buttons that export an incident: to the clipboard, as a Markdown file with the picture, the picture as PNG or SVG,
 * and print.
 */
export function PostMortemActions({
  incident,
  tracks,
  window: shown,
  now,
  picture,
}: Pick<StateTimelineProps, 'tracks' | 'window' | 'now'> & {
  incident: IncidentDetail
  picture: RefObject<SVGSVGElement | null>
}) {
  const zone = useZone()
  const drawn = () =>
    picture.current &&
    buildHeadedSvgFile(picture.current, {
      title: [formatIncidentTitle(incident), formatAffectedPartOfIncident(incident)].filter(Boolean).join(', '),
      detail: `${formatTimeRange(shown.from, shown.to, zone, null)}; ${LEGEND}`,
    })
  const written = (svg: string | null) =>
    formatPostMortem(incident, {
      picture: drawTimelineAsText(tracks, shown, zone),
      ...(svg ? { svg } : {}),
      link: `${window.location.origin}/incidents/${incident.id}`,
      now,
      zone,
    })
  const name = `incident-${incident.id}`
  return (
    <>
      <CopyButton text={() => written(null)} label="Copy the post-mortem as Markdown">
        Copy post-mortem
      </CopyButton>
      <Button onClick={() => saveText(`${name}.md`, 'text/markdown', written(drawn()))}>
        <DownloadIcon aria-hidden />
        Markdown
      </Button>
      <Button onClick={() => void convertToPng(drawn() ?? '').then((png) => saveBlob(`${name}.png`, png))}>
        <DownloadIcon aria-hidden />
        Picture as PNG
      </Button>
      <Button onClick={() => saveText(`${name}.svg`, 'image/svg+xml', drawn() ?? '')}>
        <DownloadIcon aria-hidden />
        Picture as SVG
      </Button>
      <PrintButton />
    </>
  )
}
