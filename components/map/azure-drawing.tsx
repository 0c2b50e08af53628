import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import { SvgGlyph } from '../ui/drawing/glyph.tsx'
import { getStateTextStyle, LinkedMapItem, MAP_FONT_SIZES, MapText } from './drawing-parts.tsx'
import type { MapGateway, MapNetwork } from './map-model.ts'
import { getGatewayHeadHeight, type MapBox, mapPartHeights } from './layout.ts'
import { MapStatusWord } from './row-drawing.tsx'
import { estimateTextWidth } from '../ui/drawing/text-fit.ts'

const PAD = 10

/** Draws a gateway with its instances and, for each instance, the number of its sessions that are up. */
export function GatewayDrawing({ gateway, box }: { gateway: MapGateway; box: MapBox }) {
  const { status, instances, moreInstances, name, detail } = gateway
  const inner = box.width - 2 * PAD
  const x = box.x + PAD
  // a last known state has two lines in every card, because a card has no space for it on one line
  const isLastKnown = status.at !== undefined
  const state = isLastKnown ? `${status.word},` : status.word
  const style = getStateTextStyle(status.tone, isLastKnown)
  const head = box.y + getGatewayHeadHeight(gateway)
  const kindWidth = inner - 25 - estimateTextWidth(state, MAP_FONT_SIZES.small)
  return (
    <LinkedMapItem item={gateway} box={box}>
      <rect {...box} rx={6} className="fill-surface stroke-line-strong group-hover:fill-hover" />
      <MapText x={x} y={box.y + 18} width={inner} size={MAP_FONT_SIZES.name} weight={600} className="fill-ink">
        {name}
      </MapText>
      <SvgGlyph tone={status.tone} x={x} y={box.y + 27} />
      <MapText x={x + 15} y={box.y + 37} width={inner - 15} {...style}>
        {state}
      </MapText>
      {isLastKnown && (
        <MapText x={x + 15} y={box.y + 37 + mapPartHeights.lastKnown} width={inner - 15} {...style}>
          {formatLastKnown(null)}
        </MapText>
      )}
      <MapText x={box.x + box.width - PAD} y={box.y + 37} width={kindWidth} end className="fill-ink-3">
        {shortKind(detail, kindWidth)}
      </MapText>
      {instances.map(({ address, status: { tone, word } }, index) => {
        const y = head + mapPartHeights.instance * index + 11
        const wordWidth = estimateTextWidth(word, MAP_FONT_SIZES.small)
        return (
          <g key={address}>
            <SvgGlyph tone={tone} x={x} y={y - 8} size={8} />
            <MapText x={x + 15} y={y} width={inner - wordWidth - 17}>
              {address}
            </MapText>
            <MapText x={box.x + box.width - PAD} y={y} width={wordWidth + 1} end className="fill-ink-3">
              {word}
            </MapText>
          </g>
        )
      })}
      {moreInstances > 0 && (
        <MapText
          x={x + 15}
          y={head + mapPartHeights.instance * instances.length + 11}
          width={inner - 15}
          className="fill-ink-3"
        >
          {`+ ${moreInstances} more`}
        </MapText>
      )}
    </LinkedMapItem>
  )
}

const shortKinds: Record<string, string> = createSafeLookupTable({
  ExpressRoute: 'ER',
  'Virtual WAN': 'vWAN',
  'Route Server': 'RS',
})

/**
 * Returns the longest name of a gateway's kind that fits: the full name, an abbreviation, or ''. The title of the
 * drawing contains the full name.
 */
const shortKind = (kind: string, width: number) =>
  [kind, shortKinds[kind] ?? kind].find((words) => estimateTextWidth(words, MAP_FONT_SIZES.small) <= width) ?? ''

/** Draws a network that has a gateway, and its peered networks below it. */
export function NetworkDrawing({ network, box }: { network: MapNetwork; box: MapBox }) {
  const { name, detail, spokes, moreSpokes } = network
  const inner = box.width - 2 * PAD
  const x = box.x + PAD
  const spokeY = (index: number) => box.y + mapPartHeights.networkHead + mapPartHeights.spoke * index
  return (
    <g>
      <rect {...box} rx={6} className="fill-surface stroke-line-strong" />
      <LinkedMapItem item={network} box={{ ...box, height: mapPartHeights.networkHead - 4 }}>
        <MapText
          x={x}
          y={box.y + 18}
          width={inner}
          size={MAP_FONT_SIZES.name}
          weight={600}
          className="fill-ink group-hover:underline"
        >
          {name}
        </MapText>
        <MapText x={x} y={box.y + 36} width={inner} className="fill-ink-3">
          {detail}
        </MapText>
      </LinkedMapItem>
      {spokes.map((spoke, index) => {
        const { tone, word } = spoke.status
        const y = spokeY(index)
        // If the name and the status word do not fit together, the word is left out, because the status symbol shows
        // the state too.
        const nameWidth = estimateTextWidth(spoke.name, MAP_FONT_SIZES.small)
        const isShort = nameWidth > inner - estimateTextWidth(word, MAP_FONT_SIZES.small) - 36
        return (
          <LinkedMapItem key={spoke.key} item={spoke} box={{ x, y, width: inner, height: mapPartHeights.spoke }}>
            <path d={`M${x + 3} ${y - 8}V${y + 12}H${x + 11}`} fill="none" className="stroke-line-strong" />
            <MapText
              x={x + 15}
              y={y + 17}
              width={isShort ? inner - 26 : nameWidth + 1}
              className="fill-ink group-hover:underline"
            >
              {spoke.name}
            </MapText>
            <MapStatusWord
              tone={tone}
              word={isShort ? '' : word}
              right={x + inner}
              y={y + 17}
              isLastKnown={spoke.status.at !== undefined}
            />
          </LinkedMapItem>
        )
      })}
      {moreSpokes > 0 && (
        <MapText x={x + 15} y={spokeY(spokes.length) + 17} width={inner - 15} className="fill-ink-3">
          {`+ ${moreSpokes} more peerings`}
        </MapText>
      )}
    </g>
  )
}
