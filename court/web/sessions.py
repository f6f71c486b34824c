"""Cookies and the sessions behind them; sessions live at the server, a cookie is only a key to one."""
