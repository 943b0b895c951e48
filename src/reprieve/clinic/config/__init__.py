"""How the clinic is put together: settings, routes, who may do what, health."""
