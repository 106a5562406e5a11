// `samebox completion`: a script that teaches a shell to complete commands, targets and members.
import { Argument } from 'commander';
import { SCRIPTS, SHELLS, type Shell } from '../completion/scripts';
import type { Define } from '../program';

export const defineCompletion: Define = (program, terminal) => {
  program
    .command('completion')
    .summary('a completion script for your shell')
    .description('Prints a script for your shell; its first lines say how to install it.')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell) => terminal.out.write(SCRIPTS[shell]));
};
