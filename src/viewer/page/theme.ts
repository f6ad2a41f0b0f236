import { useState } from "preact/hooks";

const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];
const key = "sysgen-theme";

function stored(): Theme {
  const text = localStorage.getItem(key);
  return themes.find((theme) => theme === text) ?? "system";
}

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

// Before anything is drawn.
apply(stored());

/** Light, dark, or as the system has it; kept by the browser. */
export function useTheme(): { theme: Theme; next: () => void } {
  const [theme, setTheme] = useState(stored);
  return {
    theme,
    next() {
      const chosen = themes[(themes.indexOf(theme) + 1) % themes.length] ?? "system";
      if (chosen === "system") localStorage.removeItem(key);
      else localStorage.setItem(key, chosen);
      apply(chosen);
      setTheme(chosen);
    },
  };
}
