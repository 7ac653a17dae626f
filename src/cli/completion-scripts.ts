/**
 * What makes a shell complete the words of vm-plugin. Each asks `vm-plugin completion candidates`, so that it never grows old:
 * a candidate a line, a tabulator and its help behind it; `:file` and `:folder` ask for the shell's own.
 */

const bash = `# vm-plugin in bash: source <(vm-plugin completion bash)
_vm_plugin() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line word
  local -a words=()
  # bash takes --option=VALUE apart at the "=".
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do [[ $word == "=" ]] || words+=("$word"); done
  [[ $current == "=" ]] && current="" && words+=("")
  COMPREPLY=()
  while IFS= read -r line; do
    case "$line" in
      :file) compopt -o filenames 2>/dev/null; while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current") ;;
      :folder) compopt -o filenames 2>/dev/null; while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$current") ;;
      *) word="\${line%%$'\\t'*}"; [[ $word == "$current"* ]] && COMPREPLY+=("$word") ;;
    esac
  done < <("\${COMP_WORDS[0]}" completion candidates -- "\${words[@]}" 2>/dev/null)
}
complete -F _vm_plugin vm-plugin
`;

const zsh = `#compdef vm-plugin
# vm-plugin in zsh: source <(vm-plugin completion zsh), after compinit
_vm_plugin() {
  local line
  local -a candidates
  while IFS= read -r line; do
    case "$line" in
      :file) compset -P '--*='; _files ;;
      :folder) compset -P '--*='; _files -/ ;;
      *) candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done < <("\${words[1]}" completion candidates -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#candidates )) && _describe vm-plugin candidates
}
compdef _vm_plugin vm-plugin
`;

const fish = `# vm-plugin in fish: vm-plugin completion fish | source
function __vm_plugin_candidates
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in ($words[1] completion candidates -- $words[2..-1] "$current" 2>/dev/null)
    switch $line
      case :file
        __fish_complete_path "$current"
      case :folder
        __fish_complete_directories "$current"
      case '*'
        echo $line
    end
  end
end
complete -c vm-plugin -f -a '(__vm_plugin_candidates)'
`;

export const completionScripts: Readonly<Record<string, string>> = { bash, zsh, fish };
