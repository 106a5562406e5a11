// A whole run on the terminal.
import { captionOf, sectionTable } from './section-table.mjs';
import { bold, printGoals, printHead, printPlain, printTable } from './terminal.mjs';

/** @param {string} placement @returns for people. */
export const placementTitle = (placement) =>
  placement === 'oneCore' ? 'all processes pinned to one core' : 'not pinned';

/** `Node v20.20.2 · 2 × Intel ... · linux 6.1 · load average before 0.1` */
export const machineText = ({ node, cpu, cores, system, load }) =>
  `Node ${node} · ${cores} × ${cpu} · ${system} · load average before ${load.toFixed(1)}`;

/** What stands above all tables. */
export const READING =
  'Medians over the rounds, ± half of the distance between the quartiles; × is the ratio to the first row, or to the one that the ' +
  'section names, in the same round.';

export function report({ machine, results, payloads, goals }, sections) {
  console.log(bold('samebox and its peers'));
  console.log(machineText(machine));
  console.log(READING);
  for (const section of sections) {
    printHead(section.title, section.note);
    for (const result of results.filter(({ name }) => name === section.name)) {
      const caption = captionOf(result, placementTitle(result.placement));
      printTable(sectionTable(section, { ...result, caption }));
    }
    for (const { outcome } of payloads.filter(({ name }) => name === section.name))
      for (const { caption, head, rows } of section.tables(outcome)) {
        console.log(caption);
        printPlain(head, rows);
      }
  }
  printHead('Goals');
  printGoals(goals);
}
