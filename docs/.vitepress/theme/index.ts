// The theme's own fonts are another download; the system's are here already.
import theme from 'vitepress/theme-without-fonts'
import './style.css'

export default theme
