import { wordTable } from '#lib/bgp/word-table.ts'
import { GlyphIn } from '../ui/drawing/glyph.tsx'
import { inkOf, MapLink, SIZE, Words } from './drawing-parts.tsx'
import type { MapGateway, MapNetwork } from './estate.ts'
import { type Box, heights } from './layout.ts'
import { StatusWord } from './row-drawing.tsx'
import { textWidth } from '../ui/drawing/text-fit.ts'

const PAD = 10

/** Draws a gateway with its instances and, for each instance, the number of its sessions that are up. */
export function GatewayDrawing({ gateway, box }: { gateway: MapGateway; box: Box }) {
  const { status, instances, moreInstances, name, detail } = gateway
  const inner = box.width - 2 * PAD
  const x = box.x + PAD
  return (
    <MapLink item={gateway} box={box}>
      <rect {...box} rx={6} className="fill-surface stroke-line-strong group-hover:fill-hover" />
      <Words x={x} y={box.y + 18} width={inner} size={SIZE.name} weight={600} className="fill-ink">
        {name}
      </Words>
      <GlyphIn tone={status.tone} x={x} y={box.y + 27} />
      <Words x={x + 15} y={box.y + 37} width={inner - 15} weight={600} className={inkOf[status.tone]}>
        {status.word}
      </Words>
      <Words
        x={box.x + box.width - PAD}
        y={box.y + 37}
        width={inner - 25 - textWidth(status.word, SIZE.small)}
        end
        className="fill-ink-3"
      >
        {shortKind(detail, inner - 25 - textWidth(status.word, SIZE.small))}
      </Words>
      {instances.map(({ address, status: { tone, word } }, index) => {
        const y = box.y + heights.gatewayHead + heights.instance * index + 11
        const wordWidth = textWidth(word, SIZE.small)
        return (
          <g key={address}>
            <GlyphIn tone={tone} x={x} y={y - 8} size={8} />
            <Words x={x + 15} y={y} width={inner - wordWidth - 17}>
              {address}
            </Words>
            <Words x={box.x + box.width - PAD} y={y} width={wordWidth + 1} end className="fill-ink-3">
              {word}
            </Words>
          </g>
        )
      })}
      {moreInstances > 0 && (
        <Words
          x={x + 15}
          y={box.y + heights.gatewayHead + heights.instance * instances.length + 11}
          width={inner - 15}
          className="fill-ink-3"
        >
          {`+ ${moreInstances} more`}
        </Words>
      )}
    </MapLink>
  )
}

const shortKinds: Record<string, string> = wordTable({
  ExpressRoute: 'ER',
  'Virtual WAN': 'vWAN',
  'Route Server': 'RS',
})

/**
 * Returns the longest name of a gateway's kind that fits: the full name, an abbreviation, or ''. The title of the
 * drawing contains the full name.
 */
const shortKind = (kind: string, width: number) =>
  [kind, shortKinds[kind] ?? kind].find((words) => textWidth(words, SIZE.small) <= width) ?? ''

/** Draws a network that has a gateway, and its peered networks below it. */
export function NetworkDrawing({ network, box }: { network: MapNetwork; box: Box }) {
  const { name, detail, spokes, moreSpokes } = network
  const inner = box.width - 2 * PAD
  const x = box.x + PAD
  const spokeY = (index: number) => box.y + heights.networkHead + heights.spoke * index
  return (
    <g>
      <rect {...box} rx={6} className="fill-surface stroke-line-strong" />
      <MapLink item={network} box={{ ...box, height: heights.networkHead - 4 }}>
        <Words
          x={x}
          y={box.y + 18}
          width={inner}
          size={SIZE.name}
          weight={600}
          className="fill-ink group-hover:underline"
        >
          {name}
        </Words>
        <Words x={x} y={box.y + 36} width={inner} className="fill-ink-3">
          {detail}
        </Words>
      </MapLink>
      {spokes.map((spoke, index) => {
        const { tone, word } = spoke.status
        const y = spokeY(index)
        // if both do not fit, the name is shown without the status word, because the status icon also shows the state
        const nameWidth = textWidth(spoke.name, SIZE.small)
        const isShort = nameWidth > inner - textWidth(word, SIZE.small) - 36
        return (
          <MapLink key={spoke.key} item={spoke} box={{ x, y, width: inner, height: heights.spoke }}>
            <path d={`M${x + 3} ${y - 8}V${y + 12}H${x + 11}`} fill="none" className="stroke-line-strong" />
            <Words
              x={x + 15}
              y={y + 17}
              width={isShort ? inner - 26 : nameWidth + 1}
              className="fill-ink group-hover:underline"
            >
              {spoke.name}
            </Words>
            <StatusWord tone={tone} word={isShort ? '' : word} right={x + inner} y={y + 17} />
          </MapLink>
        )
      })}
      {moreSpokes > 0 && (
        <Words x={x + 15} y={spokeY(spokes.length) + 17} width={inner - 15} className="fill-ink-3">
          {`+ ${moreSpokes} more peerings`}
        </Words>
      )}
    </g>
  )
}
