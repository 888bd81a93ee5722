// How the map is drawn. Each meaning has a form besides its colour: width, dashes, hatching, an arrow.
import type { StylesheetJson } from 'cytoscape';
import { isDark } from '@/app/theme';

const FONT = 'Hiragino Sans, Noto Sans JP, Noto Sans CJK JP, Yu Gothic UI, Meiryo, sans-serif';

/** Hatching for machines that are not heard in both directions. */
function hatch(color: string): string {
  const lines = `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M-2 2 2-2M0 8 8 0M6 10l4-4" stroke="${color}" stroke-width="1"/></svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(lines)}`;
}

export function styles(): StylesheetJson {
  const dark = isDark();
  const ink = dark ? '#f2f2f2' : '#151515';
  const [paper, lane, inside] = dark ? ['#36363a', '#242427', '#1f2937'] : ['#ffffff', '#f4f4f4', '#eaf2fb'];
  const [line, calm, alarm] = dark ? ['#8a8d90', '#92c5f9', '#f8ae54'] : ['#8a8d90', '#0066cc', '#b1380b'];
  return [
    {
      selector: 'node',
      style: {
        shape: 'round-rectangle',
        'z-index-compare': 'manual',
        width: 'data(width)',
        height: 'data(height)',
        label: 'data(label)',
        color: ink,
        'font-family': FONT,
        'font-size': 14,
        'text-wrap': 'wrap',
        'text-max-width': 'data(textWidth)',
        'text-valign': 'center',
        'text-halign': 'center',
        'background-color': paper,
        'border-color': line,
        'border-width': 1,
      },
    },
    {
      selector: 'node.lane, node.frame',
      style: {
        shape: 'rectangle',
        'background-color': lane,
        'border-width': 0,
        events: 'no',
        'z-index': 0,
        'font-size': 15,
        'font-weight': 'bold',
      },
    },
    { selector: 'node.inside', style: { 'background-color': inside } },
    {
      selector: 'node.title',
      style: {
        events: 'no',
        'z-index': 30,
        'background-opacity': 0,
        'border-width': 0,
        'font-size': 15,
        'font-weight': 'bold',
        'text-halign': 'right',
        'text-max-width': '700',
        'text-background-color': lane,
        'text-background-opacity': 0.9,
        'text-background-padding': '2px',
      },
    },
    { selector: 'node.inside-title', style: { 'text-background-color': inside } },
    {
      selector: 'node.frame',
      style: {
        'background-opacity': 0,
        'border-width': 2,
        'border-color': line,
        'border-style': 'double',
        'text-halign': 'left',
        'text-valign': 'center',
        'text-margin-x': 22,
        'text-margin-y': 0,
        'text-rotation': 'none',
        'text-max-width': '14',
      },
    },
    { selector: 'node.box', style: { 'z-index': 10, 'font-weight': 'bold' } },
    {
      selector: 'node.open',
      style: {
        'text-valign': 'top',
        'text-margin-y': 22,
        'background-opacity': 0.6,
        'border-style': 'dashed',
      },
    },
    { selector: 'node.leaf', style: { 'z-index': 20, 'font-size': 12 } },
    {
      selector: 'node.blind',
      style: {
        'background-image': hatch(line),
        'background-repeat': 'repeat',
        'background-width': '8px',
        'background-height': '8px',
        'background-image-opacity': 0.45,
        'border-style': 'dashed',
        'text-background-color': paper,
        'text-background-opacity': 0.85,
        'text-background-padding': '2px',
      },
    },
    {
      selector: 'edge',
      style: {
        'curve-style': 'bezier',
        // Both directions between neighbours stay between them.
        'control-point-step-size': 22,
        'z-index-compare': 'manual',
        width: 'data(width)',
        'line-color': calm,
        'target-arrow-color': calm,
        'target-arrow-shape': 'triangle',
        'arrow-scale': 1.2,
        opacity: 0.5,
        'z-index': 5,
      },
    },
    {
      selector: 'edge.crosses',
      style: {
        'line-color': alarm,
        'target-arrow-color': alarm,
        'target-arrow-shape': 'vee',
        'line-style': 'dashed',
        'line-dash-pattern': [9, 4],
        opacity: 1,
      },
    },
    {
      selector: 'edge.labelled, edge:selected',
      style: {
        label: 'data(label)',
        color: ink,
        'font-family': FONT,
        'font-size': 10,
        'text-background-color': paper,
        'text-background-opacity': 0.9,
        'text-background-padding': '2px',
      },
    },
    {
      selector: 'edge.path',
      style: {
        width: 5,
        'line-color': alarm,
        'target-arrow-color': alarm,
        'target-arrow-shape': 'triangle',
        'control-point-step-size': 44,
        label: 'data(label)',
        color: ink,
        'font-family': FONT,
        'font-size': 14,
        'font-weight': 'bold',
        'text-background-color': paper,
        'text-background-opacity': 1,
        'text-background-padding': '3px',
        'text-border-color': alarm,
        'text-border-width': 2,
        'text-border-opacity': 1,
        opacity: 1,
        'z-index': 9,
        events: 'no',
      },
    },
    { selector: '.on-path', style: { 'border-width': 4, 'border-color': alarm } },
    {
      selector: '.cursor',
      style: { 'outline-width': 4, 'outline-color': alarm, 'outline-offset': 3, 'outline-style': 'solid' },
    },
    { selector: ':selected', style: { 'border-width': 3, 'border-color': calm } },
    { selector: 'edge:selected', style: { width: 6, opacity: 1 } },
    { selector: '.faded', style: { opacity: 0.35 } },
  ];
}
