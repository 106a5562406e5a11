// The completion scripts for shells. They ask the hidden command `__complete`, which prints `word<tab>description` lines.

/** The shells that have one. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of the shells. */
export type Shell = (typeof SHELLS)[number];

/** The script, and how to install it. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# samebox completion for bash. To install: samebox completion bash >> ~/.bashrc
_samebox() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("\${COMP_WORDS[0]}" __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi
}
complete -o default -F _samebox samebox
`,
  zsh: `#compdef samebox
# samebox completion for zsh. To install: samebox completion zsh > a folder of your $fpath/_samebox
_samebox() {
  local line
  local -a found
  for line in "\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  if (( $#found )); then _describe -V samebox found; else _files; fi
}
if [[ $funcstack[1] == _samebox ]]; then _samebox "$@"; else compdef _samebox samebox; fi
`,
  fish: `# samebox completion for fish. To install: samebox completion fish > ~/.config/fish/completions/samebox.fish
function __samebox_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete $words[2..-1] 2>/dev/null
end
complete -c samebox -f -a '(__samebox_complete)'
complete -c samebox -n '__fish_seen_subcommand_from serve doctor install' -F
`,
};
