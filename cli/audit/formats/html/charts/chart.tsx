import * as Plot from '@observablehq/plot';
import { DOMImplementation } from '@xmldom/xmldom';
import { type ComponentChildren, h, type VNode } from 'preact';
import { SimpleTable } from '../simple-table.tsx';

/** The widths for which each chart is drawn (pixels); the style sheet shows the one that fits. */
const widths = { wide: 560, narrow: 316 } as const;

/** Which of the two drawings is made. */
export interface Drawing {
  readonly width: number;
  readonly isNarrow: boolean;
}

interface Props {
  readonly id: string;
  readonly title: string;
  /** What a screen reader says in place of the drawing. */
  readonly description: string;
  readonly draw: (drawing: Drawing) => Plot.PlotOptions;
  /** A legend or a note. */
  readonly children?: ComponentChildren;
  /** The same numbers as a table. */
  readonly numbers: NumbersProps;
  /** Whether it is as high as several others. */
  readonly tall?: boolean;
}

/** A chart with its title, a description for screen readers, and its numbers as a table. */
export function Chart({ id, title, description, draw, children, numbers, tall = false }: Props) {
  return (
    <figure id={id} class={tall ? 'chart tall' : 'chart'} aria-labelledby={`${id}-title`}>
      <figcaption id={`${id}-title`}>
        <h3>{title}</h3>
      </figcaption>
      {children}
      <Svg {...{ description, draw }} name="wide" />
      <Svg {...{ description, draw }} name="narrow" />
      <details>
        <summary>Numbers</summary>
        <SimpleTable
          {...numbers}
          labelledBy={`${id}-title`}
          numbers={numbers.header.map((_, index) => index).slice(1)}
        />
      </details>
    </figure>
  );
}

interface SvgProps extends Pick<Props, 'description' | 'draw'> {
  readonly name: keyof typeof widths;
}

function Svg({ name, description, draw }: SvgProps) {
  const width = widths[name];
  const document = createDocument();
  const options = { ...draw({ width, isNarrow: name === 'narrow' }), width, document };
  const svg = Plot.plot({ ...options, className: 'plot' });
  const viewBox = svg.getAttribute('viewBox') ?? '';
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      class={`plot ${name}`}
      role="img"
      aria-label={description}
      viewBox={viewBox}
    >
      {Array.from(svg.childNodes, toVNode)}
    </svg>
  );
}

type DrawnDocument = NonNullable<Plot.PlotOptions['document']>;

/** A document in which Plot makes elements. It uses only what every implementation of the DOM has. */
function createDocument(): DrawnDocument {
  const document = new DOMImplementation().createDocument('http://www.w3.org/1999/xhtml', 'html');
  if (isDocument(document)) return document;
  throw new Error('The DOM library makes no documents in which elements can be created.');
}

function isDocument(document: object): document is DrawnDocument {
  return 'createElementNS' in document && 'createTextNode' in document;
}

const elementNode = 1;
const textNode = 3;

/** What is needed of a node of the drawing. */
interface DrawnNode {
  readonly nodeType: number;
  readonly textContent: string | null;
}

interface DrawnElement extends DrawnNode {
  readonly localName: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<DrawnNode>;
}

/**
 * The drawing as elements of the page, so that its texts are escaped as all others. Leaves out the library's style
 * sheet, which the page's policy would block, and the labels of marks, because the drawing has a description.
 */
function toVNode(node: DrawnNode): VNode | string | null {
  if (node.nodeType === textNode) return node.textContent;
  if (node.nodeType !== elementNode || !isElement(node) || node.localName === 'style') return null;
  const attributes = Array.from(node.attributes, ({ name, value }) => [name, value] as const);
  const kept = attributes.filter(([name]) => !/^(?:aria-.*|style|font-.*)$/u.test(name));
  return h(node.localName, Object.fromEntries(kept), Array.from(node.childNodes, toVNode));
}

function isElement(node: DrawnNode): node is DrawnElement {
  return 'localName' in node;
}

/** A table of what a chart shows. The first cell of a row names it; the others are numbers, or short. */
interface NumbersProps {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
